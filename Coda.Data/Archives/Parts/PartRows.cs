using Coda.Data.Archives.Engines;

namespace Coda.Data.Archives.Parts;

/// <summary>Rows that are written part after part.</summary>
internal abstract class PartRows : RowSource, IDisposable
{
    /// <summary>The rows of the current part so far.</summary>
    protected long RowsInPart { get; private set; }

    /// <summary>The number of rows at which a part ends.</summary>
    public long PartSize { get; init; } = 1 << 23;

    /// <summary>The number of rows in a row group, about.</summary>
    public abstract int RowGroupSize { get; }

    /// <summary>Starts the next part.</summary>
    /// <returns>Whether there are rows for one.</returns>
    public bool NextPart()
    {
        RowsInPart = 0;
        return HasRows();
    }

    /// <inheritdoc/>
    public sealed override int Fill(IColumnSink sink)
    {
        var room = (int)Math.Min(sink.Capacity, PartSize - RowsInPart);
        var rows = room > 0 && HasRows() ? FillRows(sink, room) : 0;
        RowsInPart += rows;
        return rows;
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Whether any row is left.</summary>
    protected abstract bool HasRows();

    /// <summary>Fills in rows; at least one when any is left.</summary>
    /// <param name="sink">Where they go.</param>
    /// <param name="room">The largest number.</param>
    protected abstract int FillRows(IColumnSink sink, int room);
}
