using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Figures.Drawing;
using Coda.Inference.Impact;
using Coda.Inference.Sessions;
using Coda.Workflows.Weighing;

namespace Coda.Cli.Commands;

/// <summary><c>coda impact</c>: what each observation was worth to forecasts.</summary>
public sealed class ImpactCommand : CodaCommand
{
    private const int DefaultEvery = 50;
    private const int Shown = 10;

    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly ModelOptions _model = new();
    private readonly Option<string?> _method = new("--method")
    {
        Description = $"The method: {string.Join(", ", WeighWorkflow.Names())}; network where a model is given.", HelpName = MethodChoice.HelpName,
    };
    private readonly Option<string[]> _set = CommonOptions.Set("Set an option of the method, as in half-width=25; 'coda methods NAME' lists them.");
    private readonly Option<bool> _nowcast = new("--nowcast") { Description = "Leave out what was observed after each step, as if it were the newest." };
    private readonly Option<string?> _forecast = new("--forecast")
    {
        Description = "The forecast model: hybrid where a model is given, else simulator (the system that the archive names).",
        HelpName = MethodChoice.HelpName,
    };
    private readonly Option<double?> _lead =
        new("--lead") { Description = "The time from an analysis to the forecast that verifies it, in time units (10 steps).", HelpName = "TIME" };
    private readonly Option<double?> _every = new("--every")
    {
        Description = $"Weigh the observations of steps whose time since step 0 is a multiple of this, in time units ({DefaultEvery} steps).",
        HelpName = "TIME",
    };
    private readonly Option<string> _verify = new Option<string>("--verify")
    {
        Description = "What forecasts are held against: withheld observations, analyses (analysis), or the truth of a twin, which only scores.",
        DefaultValueFactory = _ => "withheld",
    }.AcceptOnlyFromAmong("withheld", "analysis", "truth");
    private readonly Option<string?> _analyses = new("--analyses")
    {
        Description = "With --verify analysis: the archive with the analyses (the archive itself).", HelpName = "DIR",
    };
    private readonly Option<bool> _targets = new("--targets")
    {
        Description = "Tell, too, where one more observation would lower the forecast's variance most.",
    };
    private readonly Option<int?> _probes = new("--probes")
    {
        Description = "Estimate influences from so many random probes, in place of a solve for each observation; not of ensembles, whose are exact.",
        HelpName = "COUNT",
    };
    private readonly Option<string?> _trajectories = CommonOptions.Range(
        "--trajectories", "The trajectories to weigh, FROM..TO without TO, or the name of one (all).");
    private readonly Option<string?> _steps = CommonOptions.Range("--steps", "The steps to weigh of each, FROM..TO without TO (all).");
    private readonly Option<string> _output =
        new("--output", "-o") { Description = "The folder for the tables and the picture.", HelpName = "DIR", Required = true };
    private readonly Option<int> _workers = CommonOptions.Workers();
    private readonly Option<string?> _shard = CommonOptions.Shard();
    private readonly Option<bool> _restart = new("--restart") { Description = "Throw away what a weighing that was stopped has made, or other shards." };

    /// <summary>Declares the command.</summary>
    public ImpactCommand()
        : base(
            CommandGroup.Scores,
            "impact",
            "Tells what each observation was worth: the change of a forecast's error that it brought (by the adjoints of forecast and analysis, or an "
                + "ensemble's covariances), beside what data denial measures; its influence on the analysis; and where one more would help.",
            "coda impact --archive out/test --model models/lorenz96 --lead 0.2 --output out/impact",
            "coda impact --archive out/test --method strong-four-dvar --set nowcast=true --targets --output out/impact-4dvar",
            "coda impact --archive out/test --method etkf --verify analysis --analyses out/test-polished --output out/impact-etkf",
            "coda impact --archive out/test --model models/lorenz96 --output out/impact --shard 0/4")
    {
        foreach (Option option in (Option[])
        [
            _archive, _noVerify, .. _model.All, _method, _set, _nowcast, _forecast, _lead, _every, _verify, _analyses, _targets, _probes, _trajectories, _steps,
            _output, _workers, _shard, _restart,
        ])
        {
            Add(option);
        }

        Rules =
        [
            _model.Rule,
            OptionRule.IsHere(_output),
            OptionRule.SetsOnce(_set),
            OptionRule.ShortFor(_nowcast, _set, "nowcast"),
            new(
                _restart, "no --shard, for it would throw away what other shards have made", "--restart --shard 0/2",
                parsed => parsed.GetValue(_restart) && CommonOptions.ShardOf(parsed.GetValue(_shard)).Count > 1),
            OptionRule.Ignored(_analyses, "without --verify analysis", "", parsed => parsed.GetValue(_verify) != "analysis"),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        Figure.RequireFont();
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = _model.Open(arguments, terminal);
        using var analyses = arguments.GetValue(_analyses) is { } path ? ParquetArchive.Open(path, verifies: !arguments.GetValue(_noVerify)) : null;
        var (time, description) = (new TimeAxis(archive.Description.StepLength), archive.Description);
        var range = CommonOptions.RangeOf(description, arguments.GetValue(_trajectories), arguments.GetValue(_steps)) ?? RecordRange.Whole(description);
        var job = new WeighJob(Method(arguments, model), archive, arguments.GetRequiredValue(_output))
        {
            Model = model,
            Forecast = arguments.GetValue(_forecast) is { } text ? MethodChoice.Of(text) : null,
            Request = new ImpactRequest
            {
                Lead = arguments.GetValue(_lead) is { } lead ? CommonOptions.Interval(_lead.Name, time, lead) : new ImpactRequest().Lead,
                Probes = arguments.GetValue(_probes),
                Targets = arguments.GetValue(_targets),
            },
            Verify = Enum.Parse<VerifyingKind>(arguments.GetRequiredValue(_verify), ignoreCase: true),
            Analyses = analyses,
            Range = range with
            {
                Every = arguments.GetValue(_every) is { } every ? CommonOptions.Interval(_every.Name, time, every) : DefaultEvery,
            },
            Workers = arguments.GetValue(_workers),
            Shard = CommonOptions.ShardOf(arguments.GetValue(_shard)),
            IsRestarted = arguments.GetValue(_restart),
            Provenance = arguments.CommandLine(),
        };
        var result = WeighWorkflow.Run(job, terminal, cancellation);
        if (result.MissingParts == 0)
        {
            var figure = ImpactFigure.Of(result, description, Path.GetFileName(archive.Path));
            AtomicFile.Write(Path.Combine(result.Output, "impact.png"), stream => stream.Write(figure.ToPng()));
        }

        terminal.Result(result, console =>
        {
            if (result.MissingParts > 0)
            {
                console.Facts(
                    $"Impacts in {result.Output}", ("parts", $"{result.MissingParts} to be made by other shards, the last of which writes the tables"));
                return;
            }

            console.Facts(
                $"Impacts in {result.Output}",
                ("method", result.Method),
                ("forecasts", $"{result.Model}, {result.LeadSteps} steps ahead, against {result.Verification}"),
                ("weighed", $"{Tables.Count(result.Observations)} observations of {Tables.Count(result.Cases)} steps"),
                ("error", $"{Tables.Number(result.Error, 5)} with a step's observations, {Tables.Number(result.ErrorWithout, 5)} without"),
                ("change", $"{Tables.Number(result.Change, 5)} by data denial, {Tables.Number(result.Sum, 5)} by the sum of impacts"),
                ("signal", $"{Tables.Number(result.Signal)} degrees of freedom a step"),
                ("time", Tables.Duration(TimeSpan.FromSeconds(result.Seconds))));
            console.Numbers("By kind; the impact is that on a forecast's error, negative where it helps", Heads, result.Kinds.Select(Row));
            var sites = result.Sites.OrderBy(s => s.Impact).ToList();
            console.Numbers($"The {Math.Min(Shown, sites.Count)} sites that help most", Heads, sites.Take(Shown).Select(Row));
            console.Numbers($"The {Math.Min(Shown, sites.Count)} that help least", Heads, sites.TakeLast(Shown).Select(Row));
            if (result.Sites.Any(s => s.Target is not null))
            {
                console.Numbers(
                    "Where one more observation would help most: the forecast's mean variance falls by", ["site", "variance"],
                    result.Sites.OrderByDescending(s => s.Target).Take(Shown).Select(s => (string[])[s.Name, Tables.Number(s.Target, 6)]));
            }
        });
    }

    private static string[] Heads => ["", "count", "impact", "beneficial", "influence"];

    private static string[] Row(ImpactSum sum) =>
        [sum.Name, Tables.Count(sum.Count), Tables.Number(sum.Impact, 6), Tables.Number(sum.Beneficial), Tables.Number(sum.Influence)];

    private Component Method(ParseResult arguments, OnnxModel? model)
    {
        var method = arguments.GetValue(_method) is { } text ? MethodChoice.Of(text)
            : model is null ? throw new ArgumentException(
                $"Expected --model DIR or --method NAME, got neither. Methods: {string.Join(", ", WeighWorkflow.Names())}.")
            : model.Has(ModelRoles.Analysis) ? new Component("network")
            : throw new ArgumentException($"Model '{model.Card.Name}': expected a network that reads windows, got '{model.Card.Network.Name}'. Name a method "
                + "(--method NAME).");
        return method.With([.. arguments.GetValue(_set) ?? [], .. arguments.GetValue(_nowcast) ? ["nowcast=true"] : Array.Empty<string>()]);
    }
}
