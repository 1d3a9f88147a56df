using Coda.Pipelines.Rows;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Mapping;

/// <summary>The input's cursor under the output's schema, without the function's output. For one thread.</summary>
/// <param name="mapper">The transformer, bound.</param>
/// <param name="input">The input's cursor; disposed with this one.</param>
/// <param name="isActive">For each column whether it was asked for.</param>
internal sealed class PassingCursor(RowMapper mapper, DataViewRowCursor input, bool[] isActive) : DataViewRowCursor
{
    /// <inheritdoc/>
    public override DataViewSchema Schema => mapper.OutputSchema;

    /// <inheritdoc/>
    public override long Position => input.Position;

    /// <inheritdoc/>
    public override long Batch => input.Batch;

    /// <inheritdoc/>
    public override bool MoveNext() => input.MoveNext();

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => isActive[ColumnCheck.Own(Schema, column).Index];

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ColumnCheck.RequireActive(this, column);
        return input.GetGetter<TValue>(mapper.InputSchema[column.Index]);
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
}
