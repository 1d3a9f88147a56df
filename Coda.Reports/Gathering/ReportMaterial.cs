using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Workflows.Progress;

namespace Coda.Reports.Gathering;

/// <summary>All that a report is made from, opened, and the scores, which several sections share.</summary>
internal sealed class ReportMaterial : IDisposable
{
    private readonly List<ParquetArchive> _archives = [];
    private readonly Lazy<IReadOnlyList<RecordScores>> _scores;

    private ReportMaterial(ReportJob job, IWorkflowProgress progress, CancellationToken cancellation)
    {
        (Job, Progress, Cancellation) = (job, progress, cancellation);
        _scores = new(() => [.. Records.Select(record => RecordScores.Of(record, this))]);
    }

    /// <summary>What was asked for.</summary>
    public ReportJob Job { get; }

    /// <summary>Told how it gets on, and what there is to say against the results.</summary>
    public IWorkflowProgress Progress { get; }

    /// <summary>Stops it.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The records, each with its estimates.</summary>
    public IReadOnlyList<ReportedRecord> Records { get; private set; } = [];

    /// <summary>The models.</summary>
    public IReadOnlyList<ReportedModel> Models { get; private set; } = [];

    /// <summary>The studies.</summary>
    public IReadOnlyList<ReportedStudy> Studies { get; private set; } = [];

    /// <summary>The comparisons of methods.</summary>
    public IReadOnlyList<ReportedComparison> Comparisons { get; private set; } = [];

    /// <summary>The scores of each record's estimates; computed when they are first asked for.</summary>
    public IReadOnlyList<RecordScores> Scores => _scores.Value;

    /// <summary>A record's tables of analyses, those with the least error first where there are scores.</summary>
    /// <param name="record">The record.</param>
    public IReadOnlyList<ReportedTable> BestFirst(ReportedRecord record)
    {
        if (!RecordScores.IsPossible(record))
        {
            return [.. record.Analyses];
        }

        var scores = Scores.First(s => ReferenceEquals(s.Record, record));
        return [.. record.Analyses.OrderBy(table => scores.ErrorOf(table) ?? double.PositiveInfinity)];
    }

    /// <summary>Opens the targets.</summary>
    /// <param name="job">What to report of.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="FileNotFoundException">A target is not there.</exception>
    /// <exception cref="InvalidDataException">A target is damaged.</exception>
    public static ReportMaterial Open(ReportJob job, IWorkflowProgress progress, CancellationToken cancellation)
    {
        var material = new ReportMaterial(job, progress, cancellation);
        try
        {
            material.Open(TargetFolders.Of(job.Targets));
            return material;
        }
        catch
        {
            material.Dispose();
            throw;
        }
    }

    /// <summary>Closes the archives.</summary>
    public void Dispose() => _archives.ForEach(archive => archive.Dispose());

    private void Open(IReadOnlyList<(TargetKind Kind, string Path)> targets)
    {
        IEnumerable<string> Of(TargetKind kind) => targets.Where(t => t.Kind == kind).Select(t => t.Path);
        foreach (var path in Of(TargetKind.Archive))
        {
            Cancellation.ThrowIfCancellationRequested();
            _archives.Add(ParquetArchive.Open(path, verifies: Job.Verifies));
        }

        Records = RecordMatch.Of(_archives, Job);
        Models = [.. Of(TargetKind.Model).Select(folder => new ReportedModel(folder, ModelFolder.ReadCard(folder, Job.Verifies)))];
        Studies = [.. Of(TargetKind.Study).Select(ReportedStudy.Read)];
        Comparisons = [.. Of(TargetKind.Comparison).Select(ReportedComparison.Read)];
        foreach (var (table, warning) in Records.SelectMany(r => r.Tables).SelectMany(t => (t.Note.Warnings ?? []).Select(w => (t, w))))
        {
            Progress.Warnings.Add(warning.Kind, $"{table.Name}: {warning.Message}");
        }

        foreach (var (record, table) in Records.SelectMany(r => r.Tables.Where(t => !r.IsOriginOf(t)).Select(t => (r, t))))
        {
            Progress.Warnings.Add(
                "other-observations",
                $"{table.Name} were made from other observations than those of {record.Archive.Path}, beside which they are shown and scored. "
                    + "Name the record that they are of, too.");
        }

        foreach (var warning in Models.SelectMany(m => Records.SelectMany(r => Outside(m.Card, r))))
        {
            Progress.Warnings.Add(warning);
        }
    }

    // What a model was not trained for, where it can read the record at all.
    private IEnumerable<ResultWarning> Outside(ModelCard card, ReportedRecord record)
    {
        if (!record.Archive.HasTable(ArchiveTable.Observations) || Refusal(card, record.Description) is not null)
        {
            return [];
        }

        var settings = Progress.Run("how it is observed", _ => ObservingSettings.Of(record.Archive, card.Sigma, card.SiteScales(), Cancellation));
        return TrainingRange.Warnings(card, settings).Select(w => w with { Message = $"{record.Archive.Path}: {w.Message}" });
    }

    private static string? Refusal(ModelCard card, ArchiveDescription archive)
    {
        try
        {
            card.On(archive);
            return null;
        }
        catch (ModelMismatchException fault)
        {
            return fault.Message;
        }
    }
}
