namespace Coda.Data.Archives.Engines;

/// <summary>What the end of a Parquet file tells about it.</summary>
/// <param name="Columns">The columns' names and types, as the engine writes them.</param>
/// <param name="RowGroups">The row groups, in order.</param>
internal sealed record PartFooter(IReadOnlyList<(string Name, string Type)> Columns, IReadOnlyList<RowGroup> RowGroups)
{
    /// <summary>The number of rows.</summary>
    public long Rows => RowGroups.Sum(g => g.Rows);
}
