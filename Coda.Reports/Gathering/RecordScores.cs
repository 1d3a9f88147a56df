using Coda.Data.Archives;
using Coda.Data.Coverage;
using Coda.Data.Scoring;
using Coda.Workflows.Progress;
using Coda.Workflows.Scoring;

namespace Coda.Reports.Gathering;

/// <summary>The scores of a record's estimates: against the truth where there is one, else against withheld observations.</summary>
/// <param name="Record">The record.</param>
/// <param name="IsTruth">Whether the scores are against the truth.</param>
/// <param name="Tables">The scores of each table that could be scored.</param>
/// <param name="Profiles">The errors of each table of analyses in time and by place, the best analyses first.</param>
internal sealed record RecordScores(
    ReportedRecord Record, bool IsTruth, IReadOnlyList<(ReportedTable Table, ScoredTable Scores)> Tables,
    IReadOnlyList<(ReportedTable Table, IReadOnlyList<ErrorProfile> Profiles)> Profiles)
{
    private const double MostWaves = 1 << 22; // states near each other in time tell little more

    /// <summary>What errors are called.</summary>
    public string Measure => IsTruth ? "RMSE" : "misfit";

    /// <summary>The name of the score that <see cref="Measure"/> stands for.</summary>
    public string Score => IsTruth ? RootMeanSquareError.Name : WithheldScoring.Misfit;

    /// <summary>What the scores are against, in words.</summary>
    public string Against => IsTruth ? "the truth" : "withheld observations";

    /// <summary>The error of a table of analyses, of its first field where they are scored apart; <see langword="null"/> where it is not known.</summary>
    /// <param name="table">The table.</param>
    public double? ErrorOf(ReportedTable table) => Tables.Where(t => ReferenceEquals(t.Table, table)).SelectMany(t => t.Scores.Results)
        .FirstOrDefault(r => r.Score == Score && r.Sites is ScoredSites.All or ScoredSites.Withheld) is { Value: var error } && double.IsFinite(error)
        ? error : null; // what is no number is not the least

    /// <summary>The analyses whose profiles a picture has no room for, in words.</summary>
    /// <param name="most">How many it has room for.</param>
    public IEnumerable<string> NotDrawn(int most) =>
        Profiles.Count <= most ? [] : [$"{Record.Name}: not drawn here: {string.Join(", ", Profiles.Skip(most).Select(p => p.Table.Label))}."];

    /// <summary>Whether a record's estimates can be scored at all.</summary>
    /// <param name="record">The record.</param>
    public static bool IsPossible(ReportedRecord record) => record.Tables.Count > 0
        && (record.HasTruth || (record.Description.Withheld.Fraction > 0 && record.Archive.HasTable(ArchiveTable.Observations)));

    /// <summary>Scores a record's estimates.</summary>
    /// <param name="record">The record.</param>
    /// <param name="material">Margin, progress and cancellation.</param>
    public static RecordScores Of(ReportedRecord record, ReportMaterial material)
    {
        var isTruth = record.HasTruth;
        if (!IsPossible(record))
        {
            return new(record, isTruth, [], []);
        }

        List<(ReportedTable, ScoredTable)> scored = [];
        List<(ReportedTable, IReadOnlyList<ErrorProfile>)> profiles = [];
        foreach (var group in record.Tables.GroupBy(t => t.Archive))
        {
            try
            {
                var found = Scored(record, group.Key.Path, isTruth, material);
                scored.AddRange(group.SelectMany(t => found.Where(s => s.Table == t.Table).Select(s => (t, s))));
                profiles.AddRange(group.Where(t => t.Table == ArchiveTable.Analyses).Select(t => (t, Profile(record, t, isTruth, material))));
            }
            catch (ArgumentException fault)
            {
                material.Progress.Warnings.Add("not-scored", $"{group.Key.Path}: {fault.Message}");
            }
        }

        var all = new RecordScores(record, isTruth, [.. scored.OrderBy(s => s.Item1.Table)], profiles);
        return all with { Profiles = [.. profiles.OrderBy(p => all.ErrorOf(p.Item1) ?? double.PositiveInfinity)] };
    }

    /// <summary>The spectra of a table's errors against the truth; of a long record, of states at some of its steps.</summary>
    /// <param name="table">The table.</param>
    /// <param name="material">Margin, progress and cancellation.</param>
    public IReadOnlyList<ErrorSpectrum> SpectraOf(ReportedTable table, ReportMaterial material)
    {
        var entries = (double)table.Archive.RowCount(table.Table) * Record.Description.Layout.Size;
        var request = new ScoreRequest { Margin = material.Job.Margin, Cancellation = material.Cancellation };
        return material.Progress.Run($"spectra ({table.Label})", _ => ErrorSpectra.AgainstTruth(
            table.Archive.ReadStates(table.Table), Record.Archive.ReadStates(ArchiveTable.Truth), Record.Description, request,
            every: Math.Max(1, (long)Math.Ceiling(entries / MostWaves))));
    }

    /// <summary>The share of what a table's bands are to cover that they do, by lead: of the truth where there is one, else of withheld observations.</summary>
    /// <param name="record">The record.</param>
    /// <param name="table">Estimates with bands.</param>
    /// <param name="level">Their level.</param>
    /// <param name="material">Margin, progress and cancellation.</param>
    public static IReadOnlyList<(int Lead, BinomialInterval Share)> CoverageOf(
        ReportedRecord record, ReportedTable table, double level, ReportMaterial material)
    {
        var request = new ScoreRequest { Margin = material.Job.Margin, Layout = table.Note.Layout, Cancellation = material.Cancellation };
        return material.Progress.Run($"coverage ({table.Label})", _ => record.HasTruth
            ? HeldBands.ToTruth(table.Archive.ReadStates(table.Table), record.Archive.ReadStates(ArchiveTable.Truth), record.Description, request)
            : HeldBands.ToWithheld(table.Archive.ReadStates(table.Table), record.Archive, level, request));
    }

    // By field where there are several, so that nothing is pooled that has another meaning.
    private static IReadOnlyList<ScoredTable> Scored(ReportedRecord record, string path, bool isTruth, ReportMaterial material)
    {
        var job = new ScoreJob(record.Archive, [path])
        {
            AgainstTruth = isTruth, KeepsSeries = record.Tables.Count > 1, Margin = material.Job.Margin,
            By = record.Description.Layout.Fields.Count > 1 ? ScoreBy.Field : ScoreBy.Lead,
        };
        return ScoreWorkflow.Run(job, material.Progress, material.Cancellation).Scores;
    }

    private static IReadOnlyList<ErrorProfile> Profile(ReportedRecord record, ReportedTable table, bool isTruth, ReportMaterial material)
    {
        var request = new ScoreRequest { Margin = material.Job.Margin, Cancellation = material.Cancellation };
        return material.Progress.Run($"errors in time ({table.Label})", _ =>
        {
            var analyses = table.Archive.ReadStates(ArchiveTable.Analyses);
            return isTruth
                ? ErrorProfiles.AgainstTruth(analyses, record.Archive.ReadStates(ArchiveTable.Truth), record.Description, request)
                : ErrorProfiles.AgainstWithheld(analyses, record.Archive, request);
        });
    }
}
