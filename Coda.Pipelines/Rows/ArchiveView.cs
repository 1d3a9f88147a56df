using Coda.Data.Foundation;
using Microsoft.ML;

namespace Coda.Pipelines.Rows;

/// <summary>Rows of an archive as a streaming view. Safe for use from several threads.</summary>
/// <param name="rows">The rows.</param>
/// <remarks>
/// A shuffled cursor takes the blocks in a random order and the rows of each block in another: every row once. Of several cursors at once, each takes every
/// n-th block, and a block's rows share a batch number, so that the order can be restored.
/// </remarks>
internal sealed class ArchiveView(IArchiveRows rows) : IDataView
{
    /// <inheritdoc/>
    public DataViewSchema Schema => rows.Schema;

    /// <inheritdoc/>
    public bool CanShuffle => true;

    /// <inheritdoc/>
    public long? GetRowCount() => rows.Count;

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var isActive = IsActive(columnsNeeded);
        return rand is null
            ? Cursor(rows.ReadAll(isActive).Select(block => (0L, block)), isActive)
            : Cursor(Blocks(isActive, Order(rand), 0, 1, Seed(rand)), isActive);
    }

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var isActive = IsActive(columnsNeeded);
        var order = rand is null ? null : Order(rand);
        var seed = rand is null ? default(ulong?) : Seed(rand);
        var count = Math.Min(n, rows.BlockCount);
        return [.. Enumerable.Range(0, count).Select(first => Cursor(Blocks(isActive, order, first, count, seed), isActive))];
    }

    private static ulong Seed(Random rand) => (ulong)rand.NextInt64();

    private ArchiveCursor Cursor(IEnumerable<(long Batch, RowBlock Block)> blocks, bool[] isActive) => new(rows, blocks, isActive);

    private bool[] IsActive(IEnumerable<DataViewSchema.Column> columns)
    {
        var isActive = new bool[Schema.Count];
        foreach (var column in columns)
        {
            isActive[ColumnCheck.Own(Schema, column).Index] = true;
        }

        return isActive;
    }

    private int[] Order(Random rand)
    {
        int[] order = [.. Enumerable.Range(0, rows.BlockCount)];
        ShuffledBlock.Shuffle(order, new CounterRandom(Seed(rand)));
        return order;
    }

    private IEnumerable<(long Batch, RowBlock Block)> Blocks(bool[] isActive, int[]? order, int first, int every, ulong? seed)
    {
        for (var at = first; at < rows.BlockCount; at += every)
        {
            var block = order?[at] ?? at;
            var read = rows.Read(block, isActive);
            foreach (var part in seed is { } key ? [new ShuffledBlock(read, new CounterRandom(key, block))] : read)
            {
                yield return (at, part);
            }
        }
    }
}
