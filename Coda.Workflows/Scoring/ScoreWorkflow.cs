using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Data.Scoring.Differences;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Scoring;

/// <summary>Analyses and forecasts against the truth, or against the observations that were withheld from them.</summary>
public static class ScoreWorkflow
{
    /// <summary>Scores every table of estimates, and writes the scores into a model's card where that was asked for.</summary>
    /// <param name="job">What to score.</param>
    /// <param name="progress">Told how it gets on, and what the tables say against themselves.</param>
    /// <param name="cancellation">Stops it; then no card is changed.</param>
    /// <exception cref="ArgumentException">No archive of estimates, or several for one model's card; or calibrations of estimates of which none has a
    /// spread.</exception>
    /// <exception cref="ArchiveFormatException">There is nothing to score, or nothing to score against.</exception>
    /// <exception cref="InvalidDataException">Estimates of other sites.</exception>
    /// <exception cref="ModelMismatchException">The model whose card is to take the scores reads other sites.</exception>
    public static ScoreOutcome Run(ScoreJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        job = WithVersus(job);
        Require(job);
        var isTruth = job.AgainstTruth ?? job.Archive.HasTable(ArchiveTable.Truth);
        if (job.NeedsSpectra)
        {
            RequireWaves(job.Archive, isTruth);
        }

        var request = new ScoreRequest
        {
            Margin = job.Margin, Steps = job.Steps, By = job.By, KeepsSeries = job.KeepsSeries || Compares(job), Cancellation = cancellation,
        };
        var scores = job.Estimates.SelectMany(path => Score(job, path, isTruth, request, progress)).ToList();
        foreach (var (scored, warning) in scores.SelectMany(s => (s.Note.Warnings ?? []).Select(w => (s, w))))
        {
            progress.Warnings.Add(warning.Kind, $"{scored.Name}: {warning.Message}");
        }

        scores.ForEach(scored => WarnOfOverflow(scored, progress.Warnings));
        if (job.NeedsCalibration)
        {
            RequireCalibrations(scores, isTruth, job.Archive.Description, progress.Warnings);
        }

        foreach (var scored in job.Record is null ? [] : scores)
        {
            ModelScores.Record(job.Record!, scored.Table, scored.Results, scored.Note, ScoredOn.Of(job.Archive.Description, job.Margin));
        }

        var differences = Compares(job) ? progress.Run("differences", _ => Differences(job, scores)) : [];
        return new(job.Archive.Path, isTruth, scores) { Differences = differences };
    }

    // By site they are as many as the record has numbers, which nobody needs who did not ask.
    private static bool Compares(ScoreJob job) => job.Versus is not null || (job.Estimates.Count > 1 && job.By != ScoreBy.Site);

    private static ScoreJob WithVersus(ScoreJob job) => job.Versus is not { } versus || job.Estimates.Any(e => IsSame(e, versus))
        ? job : job with { Estimates = [versus, .. job.Estimates] };

    private static bool IsSame(string one, string other) => Trimmed(one) == Trimmed(other);

    private static string Trimmed(string path) =>
        path.Contains("://", StringComparison.Ordinal) ? path : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static IReadOnlyList<ScoreDifference> Differences(ScoreJob job, IReadOnlyList<ScoredTable> scores)
    {
        var found = new List<ScoreDifference>();
        foreach (var table in scores.GroupBy(s => s.Table).Select(g => g.ToList()))
        {
            var reference = job.Versus is { } versus ? table.Find(s => IsSame(s.Archive, versus)) : table[0];
            if (reference is not null && table.Count > 1)
            {
                found.AddRange(ScoreDifferences.Of(
                    (reference.Name, reference.Series), [.. table.Where(s => s != reference).Select(s => (s.Name, s.Series))],
                    MultipleTests.BenjaminiHochberg));
            }
        }

        return found.Count > 0 || job.Versus is null ? found : throw new ArgumentException(
            $"--versus {job.Versus}: expected the same table as one of the other archives has, of some of the same steps, got none. Name one with "
                + $"{string.Join(" or ", scores.Where(s => !IsSame(s.Archive, job.Versus)).Select(s => s.Table.ToString().ToLowerInvariant()).Distinct())}.");
    }

    /// <summary>Whether there is anything to score estimates of a record against.</summary>
    /// <param name="archive">The observations, and the truth where there is one.</param>
    internal static bool IsPossible(ParquetArchive archive) => archive.HasTable(ArchiveTable.Truth) || archive.Description.Withheld.Fraction > 0;

    private static void WarnOfOverflow(ScoredTable scored, ResultWarnings warnings)
    {
        var strange = scored.Results.Where(r => !double.IsFinite(r.Value)).ToList();
        if (strange is [var first, ..])
        {
            warnings.Add("score-not-finite", FormattableString.Invariant(
                $"{scored.Name}: expected finite scores, got {strange.Count} of {scored.Results.Count} that are not, the first of them {first.Score} ")
                + FormattableString.Invariant($"at lead {first.LeadTime:G6}: single precision has no squares of numbers beyond 1E+19. ")
                + "Did the method or the forecast diverge? Analyze anew, or forecast fewer leads.");
        }
    }

    private static void Require(ScoreJob job)
    {
        if (job.Estimates.Count == 0)
        {
            throw new ArgumentException("score: expected at least one archive with analyses or forecasts, got none.");
        }

        if (job.Record is not { } model)
        {
            return;
        }

        if (job.Estimates.Count > 1)
        {
            throw new ArgumentException($"--record: expected the estimates of one model, got {job.Estimates.Count} archives. Score them one at a time.");
        }

        if (ModelFolder.ReadCard(ReleasedModels.Find(model)).Sites().DifferenceTo(job.Archive.Description.Sites()) is { } difference)
        {
            throw new ModelMismatchException(
                $"--record {model}: the sites are others than those of the observations: {difference}. Score the model on a record that it can read.");
        }
    }

    private static void RequireWaves(ParquetArchive archive, bool isTruth)
    {
        if (!isTruth || !archive.Description.Layout.Fields.Any(ErrorSpectra.IsPossible))
        {
            throw new ArgumentException(
                $"--spectra: expected a truth with a field on evenly spaced sites, 4 to 2048 along each axis, got {archive.Path} "
                    + $"{(isTruth ? $"with {archive.Description.Layout}" : "scored against withheld observations")}. Score without --spectra.");
        }
    }

    private static IEnumerable<ScoredTable> Score(ScoreJob job, string path, bool isTruth, ScoreRequest request, IWorkflowProgress progress)
    {
        var archive = job.Archive;
        using var estimates = ParquetArchive.Open(path, verifies: archive.Verifies);
        archive.Description.RequireEstimates(estimates.Description, path);
        var tables = new[] { ArchiveTable.Analyses, ArchiveTable.Forecasts }.Where(estimates.HasTable).ToList();
        if (tables.Count == 0)
        {
            throw new ArchiveFormatException($"{path}: expected analyses or forecasts, got an archive with neither. Run 'coda analyze' first.");
        }

        return [.. tables.Select(table =>
        {
            var ofStates = request with { Layout = estimates.Description.NoteOf(table).Layout };
            var report = progress.Run($"score {table.ToString().ToLowerInvariant()}", state =>
            {
                var states = Counted(estimates.ReadStates(table), estimates.RowCount(table), state);
                return isTruth
                    ? TruthScoring.Report(
                        states, archive.ReadStates(ArchiveTable.Truth), archive, ofStates with { SplitsSites = table == ArchiveTable.Analyses })
                    : WithheldScoring.Report(states, archive, ofStates);
            });
            WarnOfOthers(archive, estimates, table, progress.Warnings);
            return new ScoredTable(path, table, report.Scores, report.Calibrations)
            {
                Note = estimates.Description.NoteOf(table), Series = report.Series,
                Spectra = job.NeedsSpectra ? Spectra(archive, estimates, table, ofStates, progress) : null,
            };
        })];
    }

    private static IReadOnlyList<ErrorSpectrum> Spectra(
        ParquetArchive archive, ParquetArchive estimates, ArchiveTable table, ScoreRequest request, IWorkflowProgress progress) =>
        progress.Run($"spectra of {table.ToString().ToLowerInvariant()}", state => ErrorSpectra.AgainstTruth(
            Counted(estimates.ReadStates(table), estimates.RowCount(table), state), archive.ReadStates(ArchiveTable.Truth), archive.Description, request));

    private static void WarnOfOthers(ParquetArchive archive, ParquetArchive estimates, ArchiveTable table, ResultWarnings warnings)
    {
        if (estimates.Description.ObservationsOf(table) is { } from && archive.HasTable(ArchiveTable.Observations)
            && from != archive.Description.DigestOf(ArchiveTable.Observations))
        {
            warnings.Add(
                "other-observations",
                $"{table.ToString().ToLowerInvariant()} in {estimates.Path} were made from other observations than those of {archive.Path}, "
                    + "against which they are scored. Name the archive that they are of.");
        }
    }

    // One table without a spread leaves the others'; where none has one, there is nothing to show.
    private static void RequireCalibrations(IReadOnlyList<ScoredTable> scores, bool isTruth, ArchiveDescription archive, ResultWarnings warnings)
    {
        var isKnown = isTruth || ObservationOperator.Catalog.Create(archive.Operator, archive.Layout).IsSelection(archive.Layout.Size);
        var why = isKnown
            ? "they have no spread"
            : $"the operator '{archive.Operator.Name}' does more than select entries, so that the spread of what it observes is not known";
        if (scores.All(s => s.Calibrations.Count == 0))
        {
            throw new ArgumentException($"--calibration: expected estimates with a spread, got {string.Join(", ", scores.Select(s => s.Name))}: {why}. "
                + $"{(isKnown ? "Analyze by a method that gives one" : "Score against a truth")}.");
        }

        foreach (var scored in scores.Where(s => s.Calibrations.Count == 0))
        {
            warnings.Add("no-spread", $"--calibration: {scored.Name} are left out: {why}.");
        }
    }

    private static IEnumerable<StateBlock> Counted(IEnumerable<StateBlock> blocks, long total, IProgress<PhaseState> state)
    {
        var done = 0L;
        foreach (var block in blocks)
        {
            yield return block;
            done += block.Count;
            state.Report(new((double)done / total));
        }
    }
}
