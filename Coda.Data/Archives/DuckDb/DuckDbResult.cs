using System.Text;

namespace Coda.Data.Archives.DuckDb;

/// <summary>The rows of a query, fetched chunk by chunk (2048 rows at most) and read in place. For one thread.</summary>
/// <param name="handle">The native result; owned.</param>
internal sealed unsafe class DuckDbResult(ResultHandle handle) : IDisposable
{
    private nint _chunk;
    private bool _isAtEnd;

    /// <summary>The number of rows in the current chunk.</summary>
    public int Rows { get; private set; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; } =
        [.. Enumerable.Range(0, (int)DuckDbNative.ColumnCount(handle.Pointer)).Select(i => DuckDbNative.Text(DuckDbNative.ColumnName(handle.Pointer, (ulong)i)))];

    /// <summary>Fetches the next chunk and lets go of the last one.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="DuckDbException">The query failed.</exception>
    public bool Next()
    {
        Release();
        if (_isAtEnd)
        {
            return false;
        }

        _chunk = DuckDbNative.FetchChunk(*handle.Pointer);
        if (_chunk == 0)
        {
            _isAtEnd = true;
            var error = DuckDbNative.ResultError(handle.Pointer);
            return error == 0 ? false : throw new DuckDbException(DuckDbNative.Text(error));
        }

        Rows = (int)DuckDbNative.DataChunkGetSize(_chunk);
        return Rows > 0 || Next();
    }

    /// <summary>The entries of a column; those without a value are undefined.</summary>
    /// <param name="column">The column's index.</param>
    public ReadOnlySpan<T> Column<T>(int column)
        where T : unmanaged => new(DuckDbNative.VectorGetData(Vector(column)), Rows);

    /// <summary>One entry of a column of lists of floats.</summary>
    /// <param name="column">The column's index.</param>
    /// <param name="row">The row in the chunk.</param>
    public ReadOnlySpan<float> List(int column, int row)
    {
        var vector = Vector(column);
        var entry = ((DuckDbNative.ListEntry*)DuckDbNative.VectorGetData(vector))[row];
        var values = (float*)DuckDbNative.VectorGetData(DuckDbNative.ListVectorGetChild(vector));
        return new(values + entry.Offset, checked((int)entry.Length));
    }

    /// <summary>One entry of a column of text; <see langword="null"/> where there is no value.</summary>
    /// <param name="column">The column's index.</param>
    /// <param name="row">The row in the chunk.</param>
    public string? Text(int column, int row)
    {
        var entry = (DuckDbNative.StringEntry*)DuckDbNative.VectorGetData(Vector(column)) + row;
        return IsNull(column, row) ? null : Encoding.UTF8.GetString(entry->Length <= 12 ? entry->Inline : entry->Pointer, entry->Length);
    }

    /// <summary>Whether an entry has no value.</summary>
    /// <param name="column">The column's index.</param>
    /// <param name="row">The row in the chunk.</param>
    public bool IsNull(int column, int row)
    {
        var validity = DuckDbNative.VectorGetValidity(Vector(column));
        return validity != null && (validity[row / 64] >> (row % 64) & 1) == 0;
    }

    /// <summary>The first row of the chunk without a value; -1 when all have one. For lists, entries without a value count.</summary>
    /// <param name="column">The column's index.</param>
    public int FirstNull(int column)
    {
        if (DuckDbNative.VectorGetValidity(Vector(column)) != null)
        {
            for (var row = 0; row < Rows; row++)
            {
                if (IsNull(column, row))
                {
                    return row;
                }
            }
        }

        return -1;
    }

    /// <summary>Whether any list of a column holds an entry without a value.</summary>
    /// <param name="column">The column's index.</param>
    public bool HasNullInLists(int column)
    {
        var vector = Vector(column);
        var validity = DuckDbNative.VectorGetValidity(DuckDbNative.ListVectorGetChild(vector));
        if (validity != null)
        {
            for (var i = 0UL; i < DuckDbNative.ListVectorGetSize(vector); i++)
            {
                if ((validity[i / 64] >> (int)(i % 64) & 1) == 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        handle.Dispose();
    }

    private nint Vector(int column) => DuckDbNative.DataChunkGetVector(_chunk, (ulong)column);

    private void Release()
    {
        Rows = 0;
        if (_chunk != 0)
        {
            DuckDbNative.DestroyDataChunk(ref _chunk);
            _chunk = 0;
        }
    }
}
