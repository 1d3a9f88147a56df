using Coda.Data.Archives.Engines;

namespace Coda.Data.Archives.Import;

/// <summary>The index of each site that was numbered as it came, as rows: site, index.</summary>
/// <param name="indices">The indices. [site]</param>
internal sealed class SiteNumbers(int[] indices) : RowSource
{
    private int _next;

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Columns => [new("site", ColumnType.Int32), new("index", ColumnType.Int32)];

    /// <inheritdoc/>
    public override int Fill(IColumnSink sink)
    {
        var count = Math.Min(sink.Capacity, indices.Length - _next);
        indices.AsSpan(_next, count).CopyTo(sink.Column<int>(1));
        var sites = sink.Column<int>(0);
        for (var i = 0; i < count; i++)
        {
            sites[i] = _next++;
        }

        return count;
    }
}
