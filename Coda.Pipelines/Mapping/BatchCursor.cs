using Coda.Pipelines.Functions;
using Coda.Pipelines.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Mapping;

/// <summary>Reads a batch of rows ahead, runs the function over all of them at once, and gives them one by one. For one thread.</summary>
internal sealed class BatchCursor : DataViewRowCursor
{
    private readonly RowMapper _mapper;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _isActive;
    private readonly InputReader _reader;
    private readonly ColumnBuffer?[] _columns;
    private readonly RowIdentities _rows;
    private readonly float[] _vectors; // [batch, entry]
    private readonly float[] _outputs; // [batch, entry]
    private int _count;
    private int _slot = -1;
    private long _position = -1;

    /// <summary>Starts before the first row.</summary>
    /// <param name="mapper">The transformer, bound.</param>
    /// <param name="input">The input's cursor; disposed with this one.</param>
    /// <param name="isActive">For each column whether it was asked for.</param>
    public BatchCursor(RowMapper mapper, DataViewRowCursor input, bool[] isActive)
    {
        (_mapper, _input, _isActive) = (mapper, input, isActive);
        _reader = new InputReader(mapper, input);
        var batch = mapper.Transformation.BatchSize;
        _columns = [.. mapper.InputSchema.Select(c => isActive[c.Index] ? ColumnBuffer.For(input, c, batch) : null)];
        _rows = new RowIdentities(input, batch);
        _vectors = new float[checked(batch * mapper.Transformation.Function.Input.Size)];
        _outputs = new float[checked(batch * mapper.Transformation.Function.Output.Size)];
    }

    /// <inheritdoc/>
    public override DataViewSchema Schema => _mapper.OutputSchema;

    /// <inheritdoc/>
    public override long Position => _position;

    /// <inheritdoc/>
    public override long Batch => _slot < 0 ? 0 : _rows.Batch(_slot);

    private int Slot => _slot >= 0
        ? _slot : throw new InvalidOperationException("Expected a cursor that stands at a row, got one before its first MoveNext or after its end.");

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (++_slot >= _count)
        {
            _slot = -1;
            Fill();
            if (_count == 0)
            {
                return false;
            }

            _slot = 0;
        }

        _position++;
        return true;
    }

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref value) => value = _rows.Id(Slot);

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => _isActive[ColumnCheck.Own(Schema, column).Index];

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ColumnCheck.RequireActive(this, column);
        return ColumnCheck.As<TValue>(
            column.Index == _mapper.OutputIndex ? (ValueGetter<VBuffer<float>>)Output : _columns[column.Index]!.Getter(() => Slot), column);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Output(ref VBuffer<float> value)
    {
        var size = _mapper.Transformation.Function.Output.Size;
        VectorCopy.To(_outputs.AsSpan(Slot * size, size), ref value);
    }

    private void Fill()
    {
        var function = _mapper.Transformation.Function;
        var (batch, size) = (_mapper.Transformation.BatchSize, function.Input.Size);
        for (_count = 0; _count < batch && _input.MoveNext(); _count++)
        {
            _reader.Read(_vectors.AsSpan(_count * size, size));
            _rows.Keep(_count);
            foreach (var column in _columns)
            {
                column?.Keep(_count);
            }
        }

        if (_count > 0)
        {
            function.RunFor(
                _mapper.Transformation.OutputColumnName, _vectors.AsSpan(0, _count * size), _outputs.AsSpan(0, _count * function.Output.Size), batch);
        }
    }

    /// <summary>The identity of the rows of a batch.</summary>
    private sealed class RowIdentities(DataViewRow row, int capacity)
    {
        private readonly ValueGetter<DataViewRowId> _source = row.GetIdGetter();
        private readonly DataViewRowId[] _ids = new DataViewRowId[capacity];
        private readonly long[] _batches = new long[capacity];

        public DataViewRowId Id(int slot) => _ids[slot];

        public long Batch(int slot) => _batches[slot];

        public void Keep(int slot)
        {
            _source(ref _ids[slot]);
            _batches[slot] = row.Batch;
        }
    }
}
