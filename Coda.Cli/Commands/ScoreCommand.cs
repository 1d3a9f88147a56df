using System.CommandLine;
using System.Text.Json.Serialization;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Workflows.Progress;
using Spectre.Console;

namespace Coda.Cli.Commands;

/// <summary><c>coda score</c>: analyses and forecasts against the truth, or against withheld observations.</summary>
internal sealed class ScoreCommand : CodaCommand
{
    private readonly Option<string> _archive = new("--archive", "-a") { Description = "The archive with the observations, and the truth where there is one.", HelpName = "DIR", Required = true };
    private readonly Option<bool> _noVerify = CommonOptions.NoVerify();
    private readonly Option<string[]> _analyses = new("--analyses")
    {
        Description = "Archives with the analyses and forecasts to score (the archive itself).", HelpName = "DIR", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _against = new Option<string>("--against")
    {
        Description = "What to score against: the truth, or the withheld observations (the misfit, its ratio to σ, and what is left of it without σ²); by default the truth where there is one.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "truth", "withheld");

    private readonly Option<int> _skipEnds = new("--skip-ends") { Description = "The number of steps left out at each end of the record (for forecasts, of their starts)." };

    private readonly Option<string?> _steps = CommonOptions.Range("--steps", "The steps to score, FROM..TO without TO (all); for forecasts, their starts.");

    private readonly Option<bool> _calibration = new("--calibration")
    {
        Description = "Show how the spread bears out: spread against error, in tenths of the entries sorted by spread, and the rank histogram (of the probability integral transform).",
    };

    private readonly Option<string?> _record = new("--record") { Description = "Write the RMSE of the estimates into the card and the README of the model that made them.", HelpName = "MODEL" };

    /// <summary>Declares the command.</summary>
    public ScoreCommand()
        : base(
            "score",
            "Scores analyses and forecasts by lead, over observed and unobserved sites: RMSE (the mean over time of the root mean square over sites), bias, and of estimates with a spread its root mean square, its ratio to the error (1 is calibrated) and their CRPS.",
            "coda score --archive out/test --skip-ends 50 --record models/lorenz96",
            "coda score --archive out/test --analyses out/test-enks --skip-ends 50 --calibration",
            "coda score --archive out/test --analyses out/test out/test-oi out/test-climatology --json")
    {
        foreach (Option option in new Option[] { _archive, _noVerify, _analyses, _against, _skipEnds, _steps, _calibration, _record })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var path = arguments.GetRequiredValue(_archive);
        using var archive = ParquetArchive.Open(path, verifies: !arguments.GetValue(_noVerify));
        var isTruth = arguments.GetRequiredValue(_against) switch
        {
            "truth" => true,
            "withheld" => false,
            _ => archive.HasTable(ArchiveTable.Truth),
        };
        var hasCalibration = arguments.GetValue(_calibration);
        var request = new ScoreRequest { Margin = arguments.GetValue(_skipEnds), Steps = CommonOptions.RangeOf(archive.Description, null, arguments.GetValue(_steps))?.Steps, Cancellation = cancellation };
        var stages = new Stages(terminal);
        var estimates = arguments.GetValue(_analyses) is { Length: > 0 } given ? given : [path];
        var model = arguments.GetValue(_record);
        if (model is not null && estimates.Length > 1)
        {
            throw new ArgumentException($"--record: expected the estimates of one model, got {estimates.Length} archives. Score them one at a time.");
        }

        if (model is not null && ModelFolder.ReadCard(ReleasedModels.Find(model)).Sites().DifferenceTo(archive.Description.Sites()) is { } difference)
        {
            throw new ModelMismatchException($"--record {model}: the sites are others than those of the observations: {difference}. Score the model on "
                + "a record that it can read.");
        }

        var scores = estimates.SelectMany(e => Score(archive, e, isTruth, request, stages)).ToList();
        foreach (var (scored, warning) in scores.SelectMany(s => (s.Note.Warnings ?? []).Select(w => (s, w))))
        {
            terminal.Warnings.Add(warning.Kind, $"{scored.Name}: {warning.Message}");
        }

        if (hasCalibration)
        {
            RequireCalibrations(scores, isTruth, archive.Description, terminal.Warnings);
        }

        foreach (var scored in model is null ? [] : scores)
        {
            ModelScores.Record(model!, scored.Table, scored.Results, scored.Note, ScoredOn.Of(archive.Description, request.Margin));
        }

        terminal.Result(new { archive = path, against = isTruth ? "truth" : "withheld", request.Margin, scores }, console =>
        {
            Show(console, scores, isTruth, request);
            if (hasCalibration)
            {
                console.Calibrations([.. scores.SelectMany(s => s.Calibrations.Select(c => (s.Name, c)))]);
            }
        });
    }

    /// <summary>Scores what an archive of estimates holds: its analyses, its forecasts.</summary>
    /// <param name="archive">The observations and the truth.</param>
    /// <param name="path">The archive with the estimates.</param>
    /// <param name="isTruth">Whether to score against the truth, else against withheld observations.</param>
    /// <param name="request">What to score.</param>
    /// <param name="stages">Shows the progress.</param>
    /// <exception cref="ArchiveFormatException">There is nothing to score.</exception>
    internal static IReadOnlyList<Scored> Score(ParquetArchive archive, string path, bool isTruth, ScoreRequest request, Stages stages)
    {
        using var estimates = ParquetArchive.Open(path, verifies: archive.Verifies);
        archive.Description.RequireSameSites(estimates.Description, path);
        var tables = new[] { ArchiveTable.Analyses, ArchiveTable.Forecasts }.Where(estimates.HasTable).ToList();
        if (tables.Count == 0)
        {
            throw new ArchiveFormatException($"{path}: expected analyses or forecasts, got an archive with neither. Run 'coda analyze' first.");
        }

        return [.. tables.Select(table =>
        {
            var report = stages.Run($"score {table.ToString().ToLowerInvariant()}", state =>
            {
                var states = Counted(estimates.ReadStates(table), estimates.RowCount(table), state);
                return isTruth
                    ? TruthScoring.Report(states, archive.ReadStates(ArchiveTable.Truth), archive, request with { SplitsSites = table == ArchiveTable.Analyses })
                    : WithheldScoring.Report(states, archive, request);
            });
            return new Scored(path, table, report.Scores, report.Calibrations) { Note = estimates.Description.NoteOf(table) };
        })];
    }

    // One table without a spread leaves the others'; where none has one, there is nothing to show.
    private static void RequireCalibrations(IReadOnlyList<Scored> scores, bool isTruth, ArchiveDescription archive, RunWarnings warnings)
    {
        var isKnown = isTruth || ObservationOperator.Catalog.Create(archive.Operator, archive.Layout).IsSelection(archive.Layout.Size);
        var why = isKnown ? "they have no spread" : $"the operator '{archive.Operator.Name}' does more than select entries, so that the spread of what it observes is not known";
        if (scores.All(s => s.Calibrations.Count == 0))
        {
            throw new ArgumentException($"--calibration: expected estimates with a spread, got {string.Join(", ", scores.Select(s => s.Name))}: {why}. {(isKnown ? "Analyze by a method that gives one" : "Score against a truth")}.");
        }

        foreach (var scored in scores.Where(s => s.Calibrations.Count == 0))
        {
            warnings.Add("no-spread", $"--calibration: {scored.Name} are left out: {why}.");
        }
    }

    private static IEnumerable<StateBlock> Counted(IEnumerable<StateBlock> blocks, long total, IProgress<StageState> state)
    {
        var done = 0L;
        foreach (var block in blocks)
        {
            yield return block;
            done += block.Count;
            state.Report(new((double)done / total));
        }
    }

    private static void Show(IAnsiConsole console, IReadOnlyList<Scored> scores, bool isTruth, ScoreRequest request)
    {
        IReadOnlyList<string> errors = isTruth ? ["RMSE", "±"] : MisfitCells.Heads;
        console.Numbers(
            $"Against {(isTruth ? "the truth" : "the withheld observations")}{(request.Steps is { } steps ? $", steps {steps}" : "")}{(request.Margin > 0 ? $", without {request.Margin} steps at each end" : "")}"
            + "; ± is the standard deviation over trajectories, ahead the steps past its own that an analysis (a forecast's start) has seen, ? where the table does not tell"
            + (isTruth ? "" : $"; {MisfitCells.Legend} ({MisfitCells.How(scores.SelectMany(s => s.Results))})"),
            ["of", "in", "ahead", "sites", "lead", .. errors, "bias", "spread", "ratio", "CRPS", isTruth ? "states" : "observations"],
            scores.SelectMany(scored => scored.Results
                .GroupBy(r => (r.Sites, r.Lead))
                .Select(group => Row(scored, [.. group], isTruth))));
    }

    private static string[] Row(Scored scored, IReadOnlyList<ScoreResult> results, bool isTruth)
    {
        ScoreResult? Of(string score) => results.FirstOrDefault(r => r.Score == score);
        var any = results[0];
        var calibration = scored.Calibrations.FirstOrDefault(c => c.Sites == any.Sites && c.Lead == any.Lead);
        return
        [
            scored.Table.ToString().ToLowerInvariant(),
            scored.Archive,
            scored.Note.LookAhead is { } ahead ? Tables.Count(ahead) : "?",
            any.Sites.ToString().ToLowerInvariant(),
            scored.Table == ArchiveTable.Forecasts ? Tables.Number(any.LeadTime, 2) : "",
            .. isTruth ? [Tables.Number(Of(RootMeanSquareError.Name)?.Value), Tables.Number(Of(RootMeanSquareError.Name)?.Deviation)] : MisfitCells.Of(Of),
            Tables.Number(Of(Bias.Name)?.Value),
            Tables.Number(Of(Spread.Name)?.Value ?? calibration?.Spread),
            Tables.Number(calibration?.Ratio),
            Tables.Number(Of(ContinuousRankedProbability.Name)?.Value),
            Tables.Count(any.Count),
        ];
    }

    /// <summary>The scores of one table.</summary>
    /// <param name="Archive">The archive that holds it.</param>
    /// <param name="Table">Analyses or forecasts.</param>
    /// <param name="Results">Its scores.</param>
    /// <param name="Calibrations">How its spread bears out; empty without one.</param>
    internal sealed record Scored(string Archive, ArchiveTable Table, IReadOnlyList<ScoreResult> Results, IReadOnlyList<Calibration> Calibrations)
    {
        /// <summary>What the table says of itself.</summary>
        public TableNote Note { get; init; } = TableNote.Unknown;

        /// <summary>Whether the analyses, or those that the forecasts start from, have seen their own future.</summary>
        public StartKind Starts => Note.Kind;

        /// <summary>The table and its archive, in words.</summary>
        [JsonIgnore]
        public string Name => $"{Table.ToString().ToLowerInvariant()} in {Archive}";
    }
}
