using Coda.Data.Archives.Engines;

namespace Coda.Data.Archives.Parts;

/// <summary>One sealed Parquet file of a table.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Place">The file, for messages.</param>
/// <param name="Checksum">Its SHA-256, as archive.json has it.</param>
/// <param name="Footer">What its end tells.</param>
internal sealed record Part(string Name, string Place, string Checksum, PartFooter Footer)
{
    /// <summary>Whether it can hold a row that passes a filter.</summary>
    /// <param name="filter">The filter.</param>
    public bool MayHold(RowFilter filter) => Footer.RowGroups.Any(g => g.MayHold(filter));
}
