using System.Text;
using DuckDB.NET.Native;

namespace Coda.Data.Archives.DuckDb;

/// <summary>The rows of a query, fetched chunk by chunk (2048 rows at most) and read in place. For one thread.</summary>
internal sealed unsafe class DuckDbResult : IDisposable
{
    private readonly nint[] _vectors;
    private readonly nint[] _entries;
    private DuckDBResult _result;
    private DuckDBDataChunk? _chunk;
    private bool _isAtEnd;

    /// <summary>Takes ownership.</summary>
    /// <param name="result">The native result.</param>
    public DuckDbResult(DuckDBResult result)
    {
        _result = result;
        var columns = (int)NativeMethods.Query.DuckDBColumnCount(ref _result);
        (_vectors, _entries) = (new nint[columns], new nint[columns]);
    }

    /// <summary>Frees the native result, a structure that nobody else would free.</summary>
    ~DuckDbResult() => _result.Close();

    /// <summary>The number of columns.</summary>
    public int Columns => _vectors.Length;

    /// <summary>The number of rows in the current chunk.</summary>
    public int Rows { get; private set; }

    /// <summary>What went wrong, in DuckDB's words; empty where nothing did.</summary>
    public string Error => NativeMethods.Query.DuckDBResultError(ref _result) ?? "";

    /// <summary>Fetches the next chunk and lets go of the last one.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="DuckDbException">The query failed.</exception>
    public bool Next()
    {
        do
        {
            Release();
            if (_isAtEnd)
            {
                return false;
            }

            _chunk = NativeMethods.Query.DuckDBFetchChunk(_result);
            _isAtEnd = _chunk.IsInvalid;
            if (_isAtEnd)
            {
                return Error is { Length: > 0 } error ? throw new DuckDbException(error) : false;
            }

            Rows = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(_chunk);
        }
        while (Rows == 0);
        FindVectors(_chunk);
        return true;
    }

    /// <summary>The entries of a column; those without a value are undefined.</summary>
    /// <param name="column">The column's index.</param>
    public ReadOnlySpan<T> Column<T>(int column)
        where T : unmanaged => new((void*)_entries[column], Rows);

    /// <summary>One entry of a column of lists of floats.</summary>
    /// <param name="column">The column's index.</param>
    /// <param name="row">The row in the chunk.</param>
    public ReadOnlySpan<float> List(int column, int row)
    {
        var entry = Column<DuckDBListEntry>(column)[row];
        var values = (float*)NativeMethods.Vectors.DuckDBVectorGetData(NativeMethods.Vectors.DuckDBListVectorGetChild(_vectors[column]));
        return new(values + entry.Offset, checked((int)entry.Length));
    }

    /// <summary>One entry of a column of text; <see langword="null"/> where there is no value.</summary>
    /// <param name="column">The column's index.</param>
    /// <param name="row">The row in the chunk.</param>
    public string? Text(int column, int row)
    {
        ref readonly var entry = ref Column<DuckDBString>(column)[row];
        return IsNull(column, row) ? null : Encoding.UTF8.GetString((byte*)entry.Data, entry.Length);
    }

    /// <summary>One entry of a column of text as UTF-8, good until the next chunk; empty where there is no value.</summary>
    /// <param name="column">The column's index.</param>
    /// <param name="row">The row in the chunk.</param>
    public ReadOnlySpan<byte> Bytes(int column, int row)
    {
        // In place: short texts lie in the entry itself, and a copy of it would not live as long as the span.
        var entry = (DuckDBString*)_entries[column] + row;
        return IsNull(column, row) ? [] : new(entry->Data, entry->Length);
    }

    /// <summary>Whether an entry has no value.</summary>
    /// <param name="column">The column's index.</param>
    /// <param name="row">The row in the chunk.</param>
    public bool IsNull(int column, int row)
    {
        var validity = NativeMethods.Vectors.DuckDBVectorGetValidity(_vectors[column]);
        return validity != null && (validity[row / 64] >> (row % 64) & 1) == 0;
    }

    /// <summary>The first row of the chunk without a value; -1 when all have one. For lists, entries without a value count.</summary>
    /// <param name="column">The column's index.</param>
    public int FirstNull(int column)
    {
        if (NativeMethods.Vectors.DuckDBVectorGetValidity(_vectors[column]) != null)
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
        var validity = NativeMethods.Vectors.DuckDBVectorGetValidity(NativeMethods.Vectors.DuckDBListVectorGetChild(_vectors[column]));
        if (validity != null)
        {
            for (var i = 0L; i < NativeMethods.Vectors.DuckDBListVectorGetSize(_vectors[column]); i++)
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
        _isAtEnd = true;
        _result.Close();
        GC.SuppressFinalize(this);
    }

    // Once a chunk, so that columns of numbers call nothing native for a row.
    private void FindVectors(DuckDBDataChunk chunk)
    {
        for (var column = 0; column < _vectors.Length; column++)
        {
            _vectors[column] = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, column);
            _entries[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetData(_vectors[column]);
        }
    }

    private void Release()
    {
        Rows = 0;
        Array.Clear(_vectors);
        Array.Clear(_entries);
        _chunk?.Dispose();
        _chunk = null;
    }
}
