using System.CommandLine;
using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Scoring;
using Coda.Inference.Sessions;
using Coda.Workflows.Comparing;

namespace Coda.Cli.Commands;

/// <summary><c>coda compare</c>: methods, learned and classical, on one archive.</summary>
public sealed class CompareCommand : CodaCommand
{
    private readonly Option<string> _archive = CommonOptions.Archive();
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly ModelOptions _model = new();
    private readonly Option<string[]> _methods = new("--methods")
    {
        Description = "The methods, as in enks:lag=50, or files of 'coda tune'; by default every method that can read the archive, but those "
            + "that sample posteriors, which take as long as many others.",
        HelpName = MethodChoice.HelpName,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _reference =
        new("--reference") { Description = "The archive that methods take their statistics from (the archive itself).", HelpName = "DIR" };
    private readonly Option<string?> _versus = new("--versus")
    {
        Description = "The method, with its options as in --methods, that the others are compared with pair by pair (the first).",
        HelpName = MethodChoice.HelpName,
    };

    private readonly Option<string?> _grossCheck = CommonOptions.GrossCheck();
    private readonly Option<int> _margin = new("--margin") { Description = "The number of steps left out at each end of the record." };
    private readonly Option<int> _workers =
        new("--workers") { Description = "The number of pieces worked on at the same time; one tells what a method costs.", DefaultValueFactory = _ => 1 };

    /// <summary>Declares the command.</summary>
    public CompareCommand()
        : base(
            CommandGroup.Scores,
            "compare",
            "Analyzes an archive by several methods and scores each against the truth, or against the withheld observations where there is none: RMSE, "
                + "spread, CRPS and the time of a step; and by how much each differs from the first, with an interval that allows for errors correlated in "
                + "time: better, worse or not told apart. Keeps no analyses.",
            "coda compare --archive out/test --model models/lorenz96 --margin 50",
            "coda compare --archive out/test --methods enks:lag=50 enks:lag=100 tuned/letkf.json --margin 400 --json")
    {
        foreach (Option option in (Option[])[_archive, _noVerify, .. _model.All, _methods, _versus, _reference, _grossCheck, _margin, _workers])
        {
            Add(option);
        }

        Rules = [_model.Rule];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive), verifies: !arguments.GetValue(_noVerify));
        using var model = _model.Open(arguments, terminal);
        using var reference = arguments.GetValue(_reference) is { } path ? ParquetArchive.Open(path, verifies: !arguments.GetValue(_noVerify)) : null;
        var job = new CompareJob(archive)
        {
            Methods = arguments.GetValue(_methods) is { Length: > 0 } names ? [.. names.Select(MethodChoice.Of)] : null,
            Versus = arguments.GetValue(_versus) is { } versus ? MethodChoice.Of(versus) : null,
            Model = model,
            Reference = reference,
            GrossCheck = CommonOptions.DeviationsOf(arguments.GetValue(_grossCheck)),
            Margin = arguments.GetValue(_margin),
            Workers = arguments.GetValue(_workers),
        };
        var outcome = CompareWorkflow.Run(job, terminal, cancellation);
        var (_, isTruth, trials) = outcome;
        IReadOnlyList<string> heads = isTruth ? ["RMSE", "±", "spread", "CRPS"] : MisfitCells.Heads;
        var parts = trials.SelectMany(t => t.Parts).ToList();
        terminal.Result(new { archive = archive.Path, against = isTruth ? "truth" : "withheld", margin = job.Margin, trials, outcome.Differences }, console =>
        {
            console.Numbers(
            $"{archive.Path}, "
                + $"against the {(isTruth ? "truth" : "withheld observations")}{(job.Margin > 0 ? $", without {job.Margin} steps at each end" : "")}; "
                + "± is the standard deviation over trajectories"
            + (isTruth ? "" : $"; {MisfitCells.Legend} ({MisfitCells.How(trials.SelectMany(t => t.Scores))})"),
            ["method", "", "model", .. PartCells.Heads(parts), .. heads, "ms a step", ""],
            trials.SelectMany(trial => trial.Parts.Select(part => Row(trial, isTruth, part, parts))));
            console.Differences(outcome.Differences, isTruth, "Holm");
        });
    }

    private static string[] Row(MethodTrial trial, bool isTruth, ScoredPart? part, IReadOnlyCollection<ScoredPart?> parts) =>
    [
        $"{trial.Method.Name} {trial.Method.DescribeOptions()}".TrimEnd(),
        trial.IsSmoother ? "smoother" : "filter",
        trial.Model ?? "-",
        .. PartCells.Of(part, parts),
        .. isTruth
            ? [
                Tables.Number(trial.Find(RootMeanSquareError.Name, part)?.Value), Tables.Number(trial.Find(RootMeanSquareError.Name, part)?.Deviation),
                Tables.Number(trial.Find(Spread.Name, part)?.Value), Tables.Number(trial.Find(ContinuousRankedProbability.Name, part)?.Value),
            ]
            : MisfitCells.Of(score => trial.Find(score, part)),
        Tables.Number(1e3 * trial.Seconds / Math.Max(trial.States, 1)),
        Remark(trial),
    ];

    private static string Remark(MethodTrial trial) => trial.Failure is { } why ? $"failed: {why}" : string.Join(", ", new[]
    {
        trial.Diverged.Count > 0 ? $"{trial.Diverged.Count} of {trial.Trajectories} diverged" : "",
        trial.Unsound > 0 ? $"{trial.Unsound} of {trial.Stretches} stretches unsound" : "",
        trial.Warnings.Count > 0 ? $"{trial.Warnings.DistinctBy(w => w.Trajectory).Count()} of {trial.Trajectories} with warnings" : "",
    }.Where(remark => remark.Length > 0));
}
