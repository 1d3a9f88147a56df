namespace Coda.Data.Archives.DuckDb;

/// <summary>A connection to a DuckDB database. For one thread at a time.</summary>
/// <param name="handle">The native connection; owned.</param>
internal sealed unsafe class DuckDbConnection(ConnectionHandle handle) : IDisposable
{
    /// <summary>The native connection.</summary>
    public ConnectionHandle Handle => handle;

    /// <summary>Text as an SQL literal.</summary>
    /// <param name="text">Any text.</param>
    public static string Literal(string text) => $"'{text.Replace("'", "''")}'";

    /// <summary>A name as an SQL identifier.</summary>
    /// <param name="name">Any text.</param>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    /// <summary>Runs a statement to its end.</summary>
    /// <param name="sql">The statement.</param>
    /// <exception cref="DuckDbException">DuckDB refused it or failed.</exception>
    public void Execute(string sql)
    {
        using var result = new ResultHandle();
        if (DuckDbNative.Query(handle, sql, result.Pointer) != 0)
        {
            throw new DuckDbException(DuckDbNative.Text(DuckDbNative.ResultError(result.Pointer)));
        }
    }

    /// <summary>Runs a query whose rows are made while they are fetched.</summary>
    /// <param name="sql">The query.</param>
    /// <exception cref="DuckDbException">DuckDB refused it or failed.</exception>
    public DuckDbResult Stream(string sql)
    {
        var result = new ResultHandle();
        nint pending = 0;
        try
        {
            if (DuckDbNative.Prepare(handle, sql, out var statement) != 0)
            {
                var message = DuckDbNative.Text(DuckDbNative.PrepareError(statement));
                DuckDbNative.DestroyPrepare(ref statement);
                throw new DuckDbException(message);
            }

            var state = DuckDbNative.PendingPreparedStreaming(statement, out pending);
            DuckDbNative.DestroyPrepare(ref statement);
            if (state != 0)
            {
                throw new DuckDbException(DuckDbNative.Text(DuckDbNative.PendingError(pending)));
            }

            if (DuckDbNative.ExecutePending(pending, result.Pointer) != 0)
            {
                throw new DuckDbException(DuckDbNative.Text(DuckDbNative.ResultError(result.Pointer)));
            }

            return new DuckDbResult(result);
        }
        catch
        {
            result.Dispose();
            throw;
        }
        finally
        {
            DuckDbNative.DestroyPending(ref pending);
        }
    }

    /// <summary>Makes the statement that runs on another thread fail. The one member that may be called while another runs.</summary>
    public void Interrupt() => DuckDbNative.Interrupt(handle);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
