using System.CommandLine;
using System.Text.Json.Nodes;
using Coda.Data.Archives.Import;
using Coda.Data.Feeds;
using Coda.Data.Foundation;
using Coda.Workflows.Following;

namespace Coda.Cli.Commands;

/// <summary><c>coda follow</c>: observations that arrive, analyzed as they come.</summary>
public sealed class FollowCommand : CodaCommand
{
    private readonly Option<string> _feed = new("--feed")
    {
        Description = "Where observations arrive: a folder of CSV or Parquet files, a durable stream as nats://HOST:PORT/STREAM/SUBJECT, or another feed as "
            + "NAME:OPTION=VALUE ('coda systems feed').",
        HelpName = "DIR|nats://...", Required = true,
    };

    private readonly ModelOptions _model = new(isRequired: true);
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The archive that the analyses are added to, and newest.json; what is there is gone on with.", HelpName = "DIR", Required = true,
    };

    private readonly Option<string> _close = new Option<string>("--close")
    {
        Description = "When a step is analyzed: batch, with the file or message that brings it whole; next, when an observation of a later step has come.",
        DefaultValueFactory = _ => "batch",
    }.AcceptOnlyFromAmong("batch", "next");

    private readonly Option<double?> _grace = new("--grace")
    {
        Description = "With --close next: the time without anything new after which the newest step is analyzed, too (never).", HelpName = "SECONDS",
    };

    private readonly Option<string> _combine = CommonOptions.Combine();
    private readonly Option<string?> _origin = new("--time-origin")
    {
        Description = "The date of step 0 where times are dates (that of the first observation).", HelpName = "DATE",
    };

    private readonly Option<string?> _grossCheck = new("--gross-check")
    {
        Description = "The most deviations of the model's climatology that an observation may lie from its site's mean, or none to allow any value (20).",
        HelpName = "DEVIATIONS|none",
    };

    private readonly Option<int> _gap = new("--max-gap")
    {
        Description = "The most steps without observations between two with some; a batch further ahead is refused.", HelpName = "STEPS",
        DefaultValueFactory = _ => 10_000,
    };

    private readonly Option<int> _seal = new("--seal-every")
    {
        Description = "The steps after which analyses become a part of the archive.", HelpName = "STEPS", DefaultValueFactory = _ => 1000,
    };

    private readonly Option<long?> _until = new("--until") { Description = "The step whose analysis ends the run.", HelpName = "STEP" };
    private readonly Option<bool> _once = new("--once") { Description = "End when all that the feed holds now is analyzed." };
    private readonly BandOptions _bands = new("analyses");
    private readonly Option<double?> _adapt = BandOptions.Adapt();
    private readonly Option<string[]> _track = TrackedNames.Option("as they come");
    private readonly Option<string[]> _set = TrackedNames.Set();

    /// <summary>Declares the command.</summary>
    public FollowCommand()
        : base(
            CommandGroup.Estimates,
            "follow",
            "Analyzes observations as they arrive (docs/follow.md), until Ctrl-C, SIGTERM or SIGHUP: newest.json has the newest analyses, and the archive "
                + "grows. The same command goes on from where it was stopped or killed, and loses and doubles nothing.",
            "coda follow --feed in/buoys --model lorenz96-nowcast --output out/now",
            "coda follow --feed nats://127.0.0.1:4222/OBSERVATIONS/buoys.> --model lorenz96-nowcast --close next --grace 5 --output out/now",
            "coda follow --feed in/buoys --model lorenz96-nowcast --bands bands.json --level 0.9 --adapt 0.005 --output out/now",
            "coda follow --feed in/buoys --model out/model --track '*' --set memory=20000 --once --output out/now")
    {
        foreach (Option option in (Option[])
            [_feed, .. _model.All, _output, _close, _grace, _combine, _origin, _grossCheck, _gap, _seal, _until, _once, .. _bands.All, _adapt, _track, _set])
        {
            Add(option);
        }

        Rules =
        [
            OptionRule.IsHere(_output),
            OptionRule.SetsOnce(_set), OptionRule.Needs(_set, _track), _bands.Rule, _bands.Needs(_adapt),
            OptionRule.Ignored(_grace, "with --close batch, which analyzes a step at once", "", parsed => parsed.GetValue(_close) != "next"),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var feed = FeedOf(arguments.GetRequiredValue(_feed));
        using var model = _model.OpenRequired(arguments, terminal);
        var job = new FollowJob(model, context => ObservationFeed.Catalog.Create(feed, context), arguments.GetRequiredValue(_output))
        {
            Method = arguments.GetValue(_track) is { Length: > 0 } names ? TrackedNames.Method("--track", names, arguments.GetValue(_set) ?? []) : null,
            Close = Enum.Parse<StepClosing>(arguments.GetRequiredValue(_close), ignoreCase: true),
            Grace = arguments.GetValue(_grace) is { } grace ? Seconds(grace) : null,
            Duplicates = Enum.Parse<DuplicateRule>(arguments.GetRequiredValue(_combine), ignoreCase: true),
            TimeOrigin = arguments.GetValue(_origin),
            GrossCheck = CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)),
            MostGap = arguments.GetValue(_gap),
            SealEvery = arguments.GetValue(_seal),
            Until = arguments.GetValue(_until),
            Once = arguments.GetValue(_once),
            Bands = _bands.Of(arguments),
            Adapt = arguments.GetValue(_adapt),
            Provenance = arguments.CommandLine(),
        };
        var result = FollowWorkflow.Run(job, terminal, cancellation);
        terminal.Result(result, console =>
        {
            console.Facts(
                $"Followed {result.Newest.Feed}", ("archive", result.Output), ("batches", Tables.Count(result.Batches)),
                ("analyses", Tables.Count(result.Analyses)), ("up to", result.Newest.Ordinal ?? "nothing yet"));
            console.Words(
                "Newest analyses", ["trajectory", "began at", "step", "late observations"],
                result.Newest.Trajectories.Select(t => (string[])[$"{t.Trajectory}", Tables.Count(t.BeganAt), Tables.Count(t.Step), Tables.Count(t.Late)]));
            console.Compared([.. result.Newest.Trajectories.Where(t => t.Coverage is not null).Select(t => (t.Trajectory, t.Coverage!))]);
        });
    }

    // As users write it: a folder, an address, or a name with options.
    private static Component FeedOf(string text)
    {
        var scheme = text.Split("://", 2);
        return scheme.Length == 2 ? new Component(scheme[0], new JsonObject { ["address"] = text })
            : !Directory.Exists(text) && text.Split(':', 2) is [var name, _] && ObservationFeed.Catalog.Names.Contains(name) ? MemberSettings.Component(text)
            : new Component("folder", new JsonObject { ["path"] = text });
    }

    private static TimeSpan Seconds(double seconds) => seconds is >= 0 and <= 86400
        ? TimeSpan.FromSeconds(seconds)
        : throw new ArgumentException(FormattableString.Invariant($"--grace: expected 0 to 86400 seconds, got {seconds}."));
}
