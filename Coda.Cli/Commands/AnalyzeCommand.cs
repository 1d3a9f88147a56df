using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Workflows.Analyzing;

namespace Coda.Cli.Commands;

/// <summary><c>coda analyze</c>: observations to analyses, by a trained model or a classical method.</summary>
public sealed class AnalyzeCommand : CodaCommand
{
    private const string Network = "network";
    private const string Polished = "polished";

    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly ModelOptions _model = new();
    private readonly Option<string?> _method =
        new("--method") { Description = "The method ('coda methods' lists them), or a file of 'coda tune'; network where a model is given.",
            HelpName = MethodChoice.HelpName };
    private readonly Option<string[]> _set =
        CommonOptions.Set("Set an option of the method, as in half-width=25 or solver=tiled; 'coda methods NAME' lists them.");
    private readonly Option<string?> _reference =
        new("--reference") { Description = "The archive that the method takes its statistics from (the archive itself).", HelpName = "DIR" };
    private readonly Option<string?> _output =
        new("--output", "-o") { Description = "Another archive for the analyses; by default they go into the archive, in place of those there.",
            HelpName = "DIR" };
    private readonly Option<bool> _nowcast = new("--nowcast") { Description = "Leave out what was observed after each step, as if it were the newest." };
    private readonly Option<int?> _polish =
        new("--polish") { Description = "Polish the model's analyses with at most so many Gauss-Newton passes over the record (6 does); "
            + "on rings of 160 sites and more by tiles, whose cost grows linearly with the sites (--set solver=dense: exactly), on other large fields "
            + "in stretches of 100 steps.", HelpName = "PASSES" };
    private readonly Option<int?> _lookBack =
        new("--look-back") { Description = "With --polish: let each analysis look back so many steps, and not ahead, as a forecaster does who stands "
            + "at its step; short for --set look-back=STEPS. Each step is a polish of its own (see --every).", HelpName = "STEPS" };
    private readonly Option<int?> _lag = new("--lag") { Description = "The lag of a smoother, in steps; short for --set lag=STEPS.", HelpName = "STEPS" };
    private readonly Option<int?> _members =
        new("--members") { Description = "Write so many members of each trajectory's posterior in place of its mean and spread, as trajectories of another "
            + "archive (--output); of methods that have members, such as particle-filter.", HelpName = "COUNT" };
    private readonly BandOptions _bands = new("analyses");
    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();
    private readonly Option<int> _workers = CommonOptions.Workers();
    private readonly Option<string?> _trajectories = CommonOptions.Range(
        "--trajectories", "The trajectories to analyze, FROM..TO without TO, or the name of one (all).");
    private readonly Option<string?> _steps =
        CommonOptions.Range("--steps", "The steps to analyze of each, FROM..TO without TO (all); observations beside them are used all the same.");
    private readonly Option<double?> _every =
        new("--every") { Description = "Keep only analyses whose time since step 0 is a multiple of this, "
            + "in time units, such as the starts of forecasts (all).", HelpName = "TIME" };
    private readonly PartOptions _parts = new("analyses", "method, model and observations");

    /// <summary>Declares the command.</summary>
    public AnalyzeCommand()
        : base(
            CommandGroup.Estimates,
            "analyze",
            "Analyzes every step of an archive's observations, in parallel over time, part by part. The analyses appear when they are whole; "
                + "a run that was stopped goes on where it was, and several processes or machines can share one (--shard). "
                + "Ranks that mpirun or srun starts without --shard advance the members of an ensemble together.",
            "coda analyze --archive out/test --model models/lorenz96",
            "coda analyze --archive out/test --method space-time-optimal-interpolation --set half-width=25 --output out/test-oi",
            "coda analyze --archive out/test --model models/lorenz96 --polish 6 --output out/test-polished",
            "coda analyze --archive out/test --model models/lorenz96 --polish 6 --look-back 200 --every 0.5 --output out/test-starts",
            "coda analyze --archive out/test --method enks --lag 50 --output out/test-enks",
            "coda analyze --archive out/test --model models/lorenz96 --nowcast --output out/test-nowcast",
            "coda analyze --archive out/test --model models/lorenz96 --bands bands.json --level 0.9 --output out/test-bands",
            "coda analyze --archive out/test --model models/lorenz96 --output out/test-analyses --shard 0/2")
    {
        foreach (Option option in (Option[])
        [
            _archive, _noVerify, .. _model.All, _method, _set, _reference, _output, _nowcast, _polish, _lookBack, _lag, _members, .. _bands.All, _grossCheck,
            _workers,
            _trajectories, _steps, _every, .. _parts.All,
        ])
        {
            Add(option);
        }

        RunsOverRanks = true;
        Rules =
        [
            _parts.Rule,
            _model.Rule,
            _bands.Rule,
            OptionRule.Ignored(
                _reference, "with a network, which needs no statistics", "--model name",
                parsed => parsed.IsGiven(_model.Model) && !parsed.IsGiven(_polish) && MethodChoice.NameOf(parsed.GetValue(_method)) is null or Network),
            OptionRule.SetsOnce(_set),
            OptionRule.ShortFor(_nowcast, _set, "nowcast"),
            OptionRule.ShortFor(_polish, _set, "passes"),
            OptionRule.ShortFor(_lag, _set, "lag"),
            OptionRule.ShortFor(_lookBack, _set, "lookBack"),
        ];
    }

    /// <inheritdoc/>
    public override bool IsOverRanks(ParseResult arguments) => !_parts.IsSharded(arguments);

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = _model.Open(arguments, terminal);
        using var reference = arguments.GetValue(_reference) is { } path ? ParquetArchive.Open(path, verifies: !arguments.GetValue(_noVerify)) : null;
        var job = new AnalyzeJob(Method(arguments, model), archive)
        {
            Reference = reference,
            Model = model,
            Output = arguments.GetValue(_output),
            Members = arguments.GetValue(_members),
            Bands = _bands.Of(arguments),
            GrossCheck = CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)),
            Ranks = terminal.Ranks,
            Workers = arguments.GetValue(_workers),
            Provenance = arguments.CommandLine(),
            Range = Every(archive.Description, CommonOptions.RangeOf(archive.Description, arguments.GetValue(_trajectories), arguments.GetValue(_steps)),
                arguments.GetValue(_every)),
            Shard = _parts.ShardOf(arguments),
            Memory = _parts.MemoryOf(arguments),
            IsRestarted = _parts.IsRestarted(arguments),
            PartSize = _parts.SizeOf(arguments),
        };
        var result = AnalyzeWorkflow.Run(job, terminal, cancellation);
        foreach (var stretch in result.Unsound.Concat(result.Unsolved))
        {
            terminal.Say($"Trajectory {archive.Description.NameOf(stretch.Trajectory)}, steps {stretch.Steps}: "
                + $"{stretch.Outcome} after {stretch.Passes} passes, misfit {Tables.Number(stretch.Misfit)}"
                + (stretch.UnsolvedEquations > 0
                    ? $"; {stretch.UnsolvedEquations} linear equations were not solved to their tolerance "
                        + "(larger tiles, more solverIterations or solver=dense solve them)." : "."));
        }

        if (job.Output is null && archive.HasTable(ArchiveTable.Forecasts))
        {
            terminal.Say("The forecasts in this archive started from the analyses before; run 'coda forecast' again.");
        }

        terminal.Result(result, console => console.Facts(
            result.IsSealed ? $"Analyses in {result.Archive}" : $"Unfinished analyses in {result.Archive}",
            ("method", result.Method),
            ("model", result.Note.Model),
            ("states", Tables.Count(result.States)),
            ("analyses", result.Note.Describe()),
            ("bands", BandOptions.Describe(result.Note)),
            ("parts", _parts.Describe(result.PartsMade, result.PartsBefore, result.IsSealed, job.Shard)),
            ("stretches", result.Stretches > 0 ? $"{Tables.Count(result.Stretches)}, of which {Tables.Count(result.Unsound.Count)} did not converge" : null),
            ("memory", PartOptions.DescribeMemory(job.Memory, result.PeakMemory, result.Workers)),
            ("conjugate gradients", result.Iterations > 0 ? $"{Tables.Count(result.Iterations)} iterations" : null),
            ("time", $"{Tables.Duration(TimeSpan.FromSeconds(result.Seconds))} ({Tables.Count(
                (long)(result.States / Math.Max(result.Seconds, 1e-3)))} states/s)")));
    }

    private static RecordRange? Every(ArchiveDescription archive, RecordRange? range, double? every)
    {
        if (every is not { } time)
        {
            return range;
        }

        range = (range ?? RecordRange.Whole(archive)) with { Every = CommonOptions.Interval("--every", new TimeAxis(archive.StepLength), time) };
        return range.Rows >= 1
            ? range
            : throw new ArgumentException(
                FormattableString.Invariant($"--every: expected a time of which there is a multiple in the steps {range.Steps}, got {time}."));
    }

    private Component Method(ParseResult arguments, OnnxModel? model)
    {
        var hasModel = model is not null;
        var (passes, given) = (arguments.GetValue(_polish), arguments.GetValue(_method) is { } text ? MethodChoice.Of(text) : null);
        if (passes is not null && (!hasModel || (given?.Name ?? Polished) != Polished))
        {
            throw new ArgumentException(
                "--polish: expected a trained model and no other method, whose analyses it polishes; name its folder with --model DIR.");
        }

        var method = given ?? new Component(passes is not null ? Polished : model is not null ? MethodChoice.Own(model) : throw new ArgumentException(
            $"Expected --model DIR or --method NAME, got neither. Methods: {string.Join(", ", AssimilationMethod.Catalog.Names)}."));
        if (method.Name == Network && !hasModel)
        {
            throw new ArgumentException("Method 'network': expected a trained model, got none; name its folder with --model DIR.");
        }

        string[] settings =
        [
            .. arguments.GetValue(_set) ?? [],
            .. arguments.GetValue(_nowcast) ? ["nowcast=true"] : Array.Empty<string>(),
            .. passes is { } most ? [$"passes={most}"] : Array.Empty<string>(),
            .. arguments.GetValue(_lookBack) is { } back ? [$"look-back={back}"] : Array.Empty<string>(),
            .. arguments.GetValue(_lag) is { } lag ? [$"lag={lag}"] : Array.Empty<string>(),
        ];
        return method.With(settings);
    }
}
