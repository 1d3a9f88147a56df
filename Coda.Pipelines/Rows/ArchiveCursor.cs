using Coda.Data.Time;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Rows;

/// <summary>One pass over rows of an archive. For one thread.</summary>
/// <param name="rows">What the rows are.</param>
/// <param name="blocks">The rows, with their batch numbers.</param>
/// <param name="isActive">For each column whether it was asked for.</param>
internal sealed class ArchiveCursor(IArchiveRows rows, IEnumerable<(long Batch, RowBlock Block)> blocks, bool[] isActive) : DataViewRowCursor
{
    private readonly IEnumerator<(long Batch, RowBlock Block)> _blocks = blocks.GetEnumerator();
    private readonly TimeAxis _time = new(rows.Description.StepLength);
    private RowBlock? _block;
    private int _row;
    private long _position = -1;

    /// <inheritdoc/>
    public override DataViewSchema Schema => rows.Schema;

    /// <inheritdoc/>
    public override long Position => _position;

    /// <inheritdoc/>
    public override long Batch => _block is null ? 0 : _blocks.Current.Batch;

    private RowBlock Block => _block
        ?? throw new InvalidOperationException("Expected a cursor that stands at a row, got one before its first MoveNext or after its end.");

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        _row++;
        while (_block is null || _row >= _block.Count)
        {
            if (!_blocks.MoveNext())
            {
                _block = null;
                return false;
            }

            (_block, _row) = (_blocks.Current.Block, 0);
        }

        _position++;
        return true;
    }

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => isActive[ColumnCheck.Own(Schema, column).Index];

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ColumnCheck.RequireActive(this, column);
        Delegate getter = column.Index switch
        {
            RowSchema.Trajectory => (ValueGetter<int>)((ref value) => value = Block.Trajectory(_row)),
            RowSchema.Step => (ValueGetter<long>)((ref value) => value = Block.Step(_row)),
            RowSchema.Time => (ValueGetter<double>)((ref value) => value = _time.TimeOf(Block.Step(_row))),
            _ => Vector(column.Index, ((VectorDataViewType)column.Type).Size),
        };
        return ColumnCheck.As<TValue>(getter, column);
    }

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref value) => value = new DataViewRowId((ulong)Block.Step(_row), (ulong)Block.Trajectory(_row));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _block = null;
            _blocks.Dispose();
        }

        base.Dispose(disposing);
    }

    private ValueGetter<VBuffer<float>> Vector(int column, int size) => (ref value) =>
    {
        var editor = VBufferEditor.Create(ref value, size);
        Block.Copy(column, _row, editor.Values);
        value = editor.Commit();
    };
}
