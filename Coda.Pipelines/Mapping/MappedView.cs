using Microsoft.ML;

namespace Coda.Pipelines.Mapping;

/// <summary>A view with the function's output as one column more. Safe for use from several threads if its input is.</summary>
/// <param name="input">The view that it stands on.</param>
/// <param name="mapper">The transformer, bound to its schema.</param>
internal sealed class MappedView(IDataView input, RowMapper mapper) : IDataView
{
    /// <inheritdoc/>
    public DataViewSchema Schema => mapper.OutputSchema;

    /// <inheritdoc/>
    public bool CanShuffle => input.CanShuffle;

    /// <inheritdoc/>
    public long? GetRowCount() => input.GetRowCount();

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return Cursor(input.GetRowCursor(mapper.GetDependencies(columns), rand), columns);
    }

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(mapper.GetDependencies(columns), n, rand).Select(cursor => Cursor(cursor, columns))];
    }

    // Where the output is not asked for, the function does not run.
    private DataViewRowCursor Cursor(DataViewRowCursor cursor, DataViewSchema.Column[] columns)
    {
        var isActive = mapper.IsActive(columns);
        return isActive[mapper.OutputIndex] ? new BatchCursor(mapper, cursor, isActive) : new PassingCursor(mapper, cursor, isActive);
    }
}
