using Coda.Data.Archives;
using Coda.Data.Archives.Stored;

namespace Coda.Reports.Gathering;

/// <summary>A table of estimates that is reported of.</summary>
/// <param name="Archive">The archive that holds it.</param>
/// <param name="Table">Analyses or forecasts.</param>
/// <param name="Label">What pictures call it: its method, and where that would not tell it apart, its archive.</param>
internal sealed record ReportedTable(ParquetArchive Archive, ArchiveTable Table, string Label)
{
    /// <summary>Its number among the tables of its kind, whose colour it has in every picture.</summary>
    public int Series { get; init; }

    /// <summary>What it says of itself.</summary>
    public TableNote Note => Archive.Description.NoteOf(Table);

    /// <summary>The model that it comes from, in words; <see langword="null"/> where there was none or that is not known.</summary>
    public string? Model => Note.Model;

    /// <summary>The digest of the observations that they were made from; <see langword="null"/> where that is not known.</summary>
    public string? Observations => Archive.Description.ObservationsOf(Table);

    /// <summary>The table and its archive, in words.</summary>
    public string Name => $"{Table.ToString().ToLowerInvariant()} in {Archive.Path}";
}
