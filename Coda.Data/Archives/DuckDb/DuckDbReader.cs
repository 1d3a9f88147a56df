using Coda.Data.Archives.Engines;

namespace Coda.Data.Archives.DuckDb;

/// <summary>Reads the rows of a streaming query over Parquet files, in place.</summary>
/// <param name="connection">The connection; owned.</param>
/// <param name="result">The query; owned.</param>
/// <param name="files">The files' names, for messages.</param>
/// <param name="columns">The columns that are read.</param>
internal sealed class DuckDbReader(DuckDbConnection connection, DuckDbResult result, string files, IReadOnlyList<Column> columns) : IColumnReader
{
    /// <inheritdoc/>
    public int Rows => result.Rows;

    /// <inheritdoc/>
    public bool Next()
    {
        try
        {
            return result.Next();
        }
        catch (DuckDbException fault)
        {
            throw DuckDbEngine.Damaged(files, fault);
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<T> Column<T>(int index)
        where T : unmanaged => result.Column<T>(index);

    /// <inheritdoc/>
    public ReadOnlySpan<float> List(int index, int row) => result.List(index, row);

    /// <inheritdoc/>
    public int FirstNull(int index) =>
        result.FirstNull(index) is >= 0 and var row ? row
        : columns[index].Type == ColumnType.FloatList && result.HasNullInLists(index) ? 0
        : -1;

    /// <inheritdoc/>
    public void Dispose()
    {
        result.Dispose();
        connection.Dispose();
    }
}
