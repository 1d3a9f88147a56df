using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;
using Coda.Figures.Drawing;

namespace Coda.Reports.Gathering;

/// <summary>A record, and the estimates of it.</summary>
/// <param name="Archive">Its archive; where no target holds its observations, that of its first estimates.</param>
/// <param name="Tables">The tables of estimates, analyses first.</param>
internal sealed record ReportedRecord(ParquetArchive Archive, IReadOnlyList<ReportedTable> Tables)
{
    /// <summary>What it holds.</summary>
    public ArchiveDescription Description => Archive.Description;

    /// <summary>The name of its folder.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Archive.Path));

    /// <summary>Its tables of analyses, in the order of the targets.</summary>
    public IEnumerable<ReportedTable> Analyses => Tables.Where(t => t.Table == ArchiveTable.Analyses);

    /// <summary>Its tables of forecasts.</summary>
    public IEnumerable<ReportedTable> Forecasts => Tables.Where(t => t.Table == ArchiveTable.Forecasts);

    /// <summary>Whether it has a truth, which scores and pictures alone see.</summary>
    public bool HasTruth => Archive.HasTable(ArchiveTable.Truth);

    /// <summary>Whether there are states or observations to show.</summary>
    public bool HasStates => HasTruth || Analyses.Any() || Archive.HasTable(ArchiveTable.Observations);

    /// <summary>The part whose states are shown.</summary>
    public required RecordRange Shown { get; init; }

    /// <summary>Whether estimates were made from its observations, or do not say from which.</summary>
    /// <param name="table">The estimates.</param>
    public bool IsOriginOf(ReportedTable table) => !Archive.HasTable(ArchiveTable.Observations)
        || table.Observations is not { } from || from == Description.DigestOf(ArchiveTable.Observations);

    /// <summary>What pictures of it name.</summary>
    /// <param name="tables">The estimates in the picture.</param>
    /// <param name="detail">What else is to be said.</param>
    public FigureSource Source(IEnumerable<ReportedTable> tables, string? detail = null)
    {
        var shown = tables.ToList();
        string[] models = [.. shown.Select(t => t.Model).OfType<string>().Distinct()];
        var words = string.Join("; ", new[] { string.Join(", ", shown.Select(t => t.Label).Distinct()), detail }.Where(w => !string.IsNullOrEmpty(w)));
        return new(Name, models.Length == 0 ? null : string.Join(", ", models), Description.Seed) { Detail = words.Length == 0 ? null : words };
    }

    /// <summary>The steps that are shown, in words for a picture.</summary>
    public string ShownInWords => FormattableString.Invariant($"trajectory {Description.NameOf(Shown.FirstTrajectory)}, steps {Words(Shown.Steps)}");

    private static string Words(StepRange steps) => FormattableString.Invariant($"{steps.Start} to {steps.End - 1}");
}
