using System.CommandLine;
using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Progress;

namespace Coda.Cli.Commands;

/// <summary><c>coda compare</c>: methods, learned and classical, on one archive.</summary>
public sealed class CompareCommand : CodaCommand
{
    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string[]> _methods = new("--methods")
    {
        Description = "The methods, as in enks:lag=50, or files of 'coda tune'; every method that can read the archive by default.",
        HelpName = MethodChoice.HelpName,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _reference = new("--reference") { Description = "The archive that methods take their statistics from (the archive itself).", HelpName = "DIR" };
    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();
    private readonly Option<int> _skipEnds = new("--skip-ends") { Description = "The number of steps left out at each end of the record." };
    private readonly Option<int> _workers = new("--workers") { Description = "The number of pieces worked on at the same time; one tells what a method costs.", DefaultValueFactory = _ => 1 };

    /// <summary>Declares the command.</summary>
    public CompareCommand()
        : base(
            CommandGroup.Scores,
            "compare",
            "Analyzes an archive by several methods and scores each against the truth, or against the withheld observations where there is none: RMSE, spread, CRPS and the time of a step. Keeps no analyses.",
            "coda compare --archive out/test --model models/lorenz96 --skip-ends 50",
            "coda compare --archive out/test --methods enks:lag=50 enks:lag=100 tuned/letkf.json --skip-ends 400 --json")
    {
        foreach (Option option in new Option[] { _archive, _noVerify, _model, _methods, _reference, _grossCheck, _skipEnds, _workers })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = arguments.GetValue(_model) is { } folder ? OnnxModel.Open(folder) : null;
        using var reference = arguments.GetValue(_reference) is { } path ? ParquetArchive.Open(path, verifies: !arguments.GetValue(_noVerify)) : null;
        var deviations = CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck));
        var observations = new PlausibleObservations(archive, deviations);
        var context = new AnalysisContext(reference is null ? observations : new PlausibleObservations(reference, deviations), model);
        archive.Description.RequireSameSites(context.Reference.Description, "--reference");
        var given = arguments.GetValue(_methods) is { Length: > 0 } names ? names.Select(MethodChoice.Of).ToList() : null;
        if (given is not null)
        {
            given.ForEach(method => Methods.Catalog.Create(method, context));
            context.RequireModelUsed(given[0]);
        }

        var request = new AnalysisRequest { Workers = arguments.GetValue(_workers), Warnings = terminal.Warnings, Cancellation = cancellation };
        var scoring = new ScoreRequest { Margin = arguments.GetValue(_skipEnds), Cancellation = cancellation };
        var (trials, stages) = (new List<MethodTrial>(), new Stages(terminal));
        foreach (var method in given ?? [.. Methods.Catalog.Names.Select(n => new Component(n))])
        {
            if (Refusal(method, context, isRefusalFatal: given is not null) is { } refusal)
            {
                terminal.Say($"{method.Name} is left out: {refusal}");
                continue;
            }

            trials.Add(stages.Run(method.Name, state => MethodTrials.Run(
                method, context, observations, analyses => Score(analyses, archive, scoring), request with { Progress = new Relay<double>(share => state.Report(new(share))) })));
        }

        foreach (var (trial, note) in trials.SelectMany(t => t.Diverged.Take(1).Concat(t.Warnings.Take(1)).Select(note => (t, note))))
        {
            terminal.Warnings.Add("doubtful-trajectories", $"{trial.Method.Name} {trial.Method.Describe()}".TrimEnd() + $": trajectory {note.Trajectory}, steps {note.Steps}: {note.Text}");
        }

        foreach (var trial in trials)
        {
            StretchWarnings.Add(terminal.Warnings, trial, isFailure: trials.All(t => t.Failure is not null));
        }

        var isTruth = archive.HasTable(ArchiveTable.Truth);
        IReadOnlyList<string> heads = isTruth ? ["RMSE", "±", "spread", "CRPS"] : MisfitCells.Heads;
        terminal.Result(new { archive = archive.Path, against = isTruth ? "truth" : "withheld", margin = scoring.Margin, trials }, console => console.Numbers(
            $"{archive.Path}, against the {(isTruth ? "truth" : "withheld observations")}{(scoring.Margin > 0 ? $", without {scoring.Margin} steps at each end" : "")}; ± is the standard deviation over trajectories"
            + (isTruth ? "" : $"; {MisfitCells.Legend} ({MisfitCells.How(trials.SelectMany(t => t.Scores))})"),
            ["method", "", .. heads, "ms a step", ""],
            trials.Select(trial => Row(trial, isTruth))));
    }

    private static IReadOnlyList<ScoreResult> Score(IEnumerable<StateBlock> analyses, ParquetArchive archive, ScoreRequest request) =>
        archive.HasTable(ArchiveTable.Truth)
            ? TruthScoring.Score(analyses, archive.ReadStates(ArchiveTable.Truth), archive, request)
            : WithheldScoring.Score(analyses, archive, request);

    // Methods that nobody asked for by name may refuse an archive; the others' refusals are errors.
    private static string? Refusal(Component method, AnalysisContext context, bool isRefusalFatal)
    {
        try
        {
            Methods.Catalog.Create(method, context);
            return null;
        }
        catch (Exception fault) when (!isRefusalFatal && fault is ArgumentException or ModelMismatchException)
        {
            return fault.Message;
        }
    }

    private static string[] Row(MethodTrial trial, bool isTruth) =>
    [
        $"{trial.Method.Name} {trial.Method.Describe()}".TrimEnd(),
        trial.IsSmoother ? "smoother" : "filter",
        .. isTruth
            ? [
                Tables.Number(trial.Find(RootMeanSquareError.Name)?.Value), Tables.Number(trial.Find(RootMeanSquareError.Name)?.Deviation),
                Tables.Number(trial.Find(Spread.Name)?.Value), Tables.Number(trial.Find(ContinuousRankedProbability.Name)?.Value),
            ]
            : MisfitCells.Of(trial.Find),
        Tables.Number(1e3 * trial.Seconds / Math.Max(trial.States, 1)),
        Remark(trial),
    ];

    private static string Remark(MethodTrial trial) => trial.Failure is not null ? "diverged" : string.Join(", ", new[]
    {
        trial.Diverged.Count > 0 ? $"{trial.Diverged.Count} of {trial.Trajectories} diverged" : "",
        trial.Unsound > 0 ? $"{trial.Unsound} of {trial.Stretches} stretches unsound" : "",
        trial.Warnings.Count > 0 ? $"{trial.Warnings.DistinctBy(w => w.Trajectory).Count()} of {trial.Trajectories} with warnings" : "",
    }.Where(remark => remark.Length > 0));
}
