using Coda.Pipelines.Functions;
using Coda.Pipelines.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Mapping;

/// <summary>A row with the function's output, computed when it is asked for, and once for each position. For one thread.</summary>
/// <param name="mapper">The transformer, bound.</param>
/// <param name="input">The row that it stands on; disposed with it.</param>
/// <param name="isActive">For each column whether it was asked for.</param>
/// <param name="reader">Reads the function's input, where its output was asked for.</param>
internal sealed class MappedRow(RowMapper mapper, DataViewRow input, bool[] isActive, InputReader? reader) : DataViewRow
{
    private readonly float[] _vector = new float[mapper.Transformation.Function.Input.Size];
    private readonly float[] _output = new float[mapper.Transformation.Function.Output.Size];
    private long _computed = -1;

    /// <inheritdoc/>
    public override DataViewSchema Schema => mapper.OutputSchema;

    /// <inheritdoc/>
    public override long Position => input.Position;

    /// <inheritdoc/>
    public override long Batch => input.Batch;

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => isActive[ColumnCheck.Own(Schema, column).Index];

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ColumnCheck.RequireActive(this, column);
        return column.Index == mapper.OutputIndex
            ? ColumnCheck.As<TValue>((ValueGetter<VBuffer<float>>)Output, column)
            : input.GetGetter<TValue>(mapper.InputSchema[column.Index]);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Output(ref VBuffer<float> value)
    {
        if (_computed != input.Position || _computed < 0)
        {
            _computed = -1; // a fault leaves nothing that could be taken for this row's output
            reader!.Read(_vector);
            mapper.Transformation.Function.RunFor(mapper.Transformation.OutputColumnName, _vector, _output, 1);
            _computed = input.Position;
        }

        VectorCopy.To(_output, ref value);
    }
}
