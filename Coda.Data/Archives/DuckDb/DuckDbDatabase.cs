namespace Coda.Data.Archives.DuckDb;

/// <summary>A DuckDB database in memory; it holds no tables and serves to read and write Parquet files. Safe for use from several threads.</summary>
internal sealed class DuckDbDatabase : IDisposable
{
    private static readonly Lazy<DuckDbDatabase> SharedInstance = new(() => new DuckDbDatabase(
        // One thread for each caller: who wants to read in parallel reads from several threads.
        "SET threads=1",
        // Nothing that it does needs to spill.
        "SET temp_directory=''",
        // Parts are replaced under the same name; the operating system's page cache serves better.
        "SET enable_external_file_cache=false"));

    private static readonly Lazy<DuckDbDatabase> ConfinedInstance = new(() => new DuckDbDatabase(
        "SET threads=1",
        "SET temp_directory=''",
        "SET enable_external_file_cache=false",
        "SET memory_limit='512MB'",
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false"));

    private readonly DatabaseHandle _handle;

    /// <summary>Opens a database.</summary>
    /// <param name="settings">Statements to run first.</param>
    /// <exception cref="DllNotFoundException">The native library is missing.</exception>
    /// <exception cref="DuckDbException">DuckDB refused.</exception>
    public DuckDbDatabase(params ReadOnlySpan<string> settings)
    {
        if (DuckDbNative.Open(null, out var database, 0, out var error) != 0)
        {
            var message = DuckDbNative.Text(error);
            DuckDbNative.Free(error);
            throw new DuckDbException(message);
        }

        _handle = new DatabaseHandle(database);
        using var connection = Connect();
        connection.Execute("SET preserve_insertion_order=true");
        connection.Execute("SET enable_progress_bar=false");
        foreach (var setting in settings)
        {
            connection.Execute(setting);
        }

        RowSourceFunction.Register(connection);
    }

    /// <summary>The one that the whole process uses to read and write archives.</summary>
    public static DuckDbDatabase Shared => SharedInstance.Value;

    /// <summary>The one for files that others made: its memory has a limit of its own, and no file makes it fetch or load an extension.</summary>
    public static DuckDbDatabase Confined => ConfinedInstance.Value;

    /// <summary>Opens a connection, for one thread at a time.</summary>
    public DuckDbConnection Connect() => DuckDbNative.Connect(_handle, out var connection) == 0
        ? new DuckDbConnection(new ConnectionHandle(connection))
        : throw new DuckDbException("DuckDB could not open a connection.");

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
