using Coda.Data.Time;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Rows;

/// <summary>One pass over rows of an archive. For one thread.</summary>
/// <param name="rows">What the rows are.</param>
/// <param name="pieces">The rows, with their batch numbers.</param>
/// <param name="isActive">For each column whether it was asked for.</param>
internal sealed class ArchiveCursor(IArchiveRows rows, IEnumerable<(long Batch, RowPiece Piece)> pieces, bool[] isActive) : DataViewRowCursor
{
    private readonly IEnumerator<(long Batch, RowPiece Piece)> _pieces = pieces.GetEnumerator();
    private readonly TimeAxis _time = new(rows.Description.StepLength);
    private RowPiece? _piece;
    private int _row;
    private long _position = -1;

    /// <inheritdoc/>
    public override DataViewSchema Schema => rows.Schema;

    /// <inheritdoc/>
    public override long Position => _position;

    /// <inheritdoc/>
    public override long Batch => _piece is null ? 0 : _pieces.Current.Batch;

    private RowPiece Piece => _piece
        ?? throw new InvalidOperationException("Expected a cursor that stands at a row, got one before its first MoveNext or after its end.");

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        _row++;
        while (_piece is null || _row >= _piece.Count)
        {
            if (!_pieces.MoveNext())
            {
                _piece = null;
                return false;
            }

            (_piece, _row) = (_pieces.Current.Piece, 0);
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
            RowSchema.Trajectory => (ValueGetter<int>)((ref value) => value = Piece.Trajectory(_row)),
            RowSchema.Step => (ValueGetter<long>)((ref value) => value = Piece.Step(_row)),
            RowSchema.Time => (ValueGetter<double>)((ref value) => value = _time.TimeOf(Piece.Step(_row))),
            _ => Vector(column.Index, ((VectorDataViewType)column.Type).Size),
        };
        return ColumnCheck.As<TValue>(getter, column);
    }

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref value) => value = new DataViewRowId((ulong)Piece.Step(_row), (ulong)Piece.Trajectory(_row));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _piece = null;
            _pieces.Dispose();
        }

        base.Dispose(disposing);
    }

    private ValueGetter<VBuffer<float>> Vector(int column, int size) => (ref value) =>
    {
        var editor = VBufferEditor.Create(ref value, size);
        Piece.Copy(column, _row, editor.Values);
        value = editor.Commit();
    };
}
