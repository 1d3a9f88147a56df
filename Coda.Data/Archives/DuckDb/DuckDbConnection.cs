using DuckDB.NET.Native;

namespace Coda.Data.Archives.DuckDb;

/// <summary>A connection to a DuckDB database. For one thread at a time.</summary>
/// <param name="handle">The native connection; owned.</param>
internal sealed class DuckDbConnection(DuckDBNativeConnection handle) : IDisposable
{
    /// <summary>The native connection.</summary>
    public DuckDBNativeConnection Handle => handle;

    /// <summary>Text as an SQL literal.</summary>
    /// <param name="text">Any text.</param>
    public static string Literal(string text) => $"'{text.Replace("'", "''")}'";

    /// <summary>The name of one file as an SQL literal, where DuckDB would take brackets, stars and question marks for a pattern.</summary>
    /// <param name="path">The file; made absolute, so that no scheme or home folder is read into it.</param>
    public static string FileName(string path) => Literal(string.Concat(Path.GetFullPath(path).Select(c => c is '[' or '*' or '?' ? $"[{c}]" : $"{c}")));

    /// <summary>A name as an SQL identifier.</summary>
    /// <param name="name">Any text.</param>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    /// <summary>Runs a statement to its end.</summary>
    /// <param name="sql">The statement.</param>
    /// <exception cref="DuckDbException">DuckDB refused it or failed.</exception>
    public void Execute(string sql)
    {
        var state = NativeMethods.Query.DuckDBQuery(handle, sql, out var result);
        using var owned = new DuckDbResult(result);
        if (!state.IsSuccess())
        {
            throw new DuckDbException(owned.Error);
        }
    }

    /// <summary>Runs a query whose rows are made while they are fetched.</summary>
    /// <param name="sql">The query.</param>
    /// <exception cref="DuckDbException">DuckDB refused it or failed.</exception>
    public DuckDbResult Stream(string sql)
    {
        var state = NativeMethods.PreparedStatements.DuckDBPrepare(handle, sql, out var prepared);
        using var statement = prepared;
        if (!state.IsSuccess())
        {
            throw new DuckDbException(NativeMethods.PreparedStatements.DuckDBPrepareError(statement));
        }

        state = NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out var native);
        var result = new DuckDbResult(native);
        if (!state.IsSuccess())
        {
            using (result)
            {
                throw new DuckDbException(result.Error);
            }
        }

        return result;
    }

    /// <summary>Makes the statement that runs on another thread fail. The one member that may be called while another runs.</summary>
    public void Interrupt() => handle.Interrupt();

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
