using System.Runtime.InteropServices;
using DuckDB.NET.Native;

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

    private readonly DuckDBDatabase _handle;

    /// <summary>Opens a database.</summary>
    /// <param name="settings">Statements to run first.</param>
    /// <exception cref="DllNotFoundException">The native library is missing; the message says what brings it.</exception>
    /// <exception cref="DuckDbException">DuckDB refused.</exception>
    public DuckDbDatabase(params ReadOnlySpan<string> settings)
    {
        _handle = Open();
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
    public DuckDbConnection Connect() => NativeMethods.Startup.DuckDBConnect(_handle, out var connection).IsSuccess()
        ? new DuckDbConnection(connection)
        : throw new DuckDbException("DuckDB could not open a connection.");

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static DuckDBDatabase Open()
    {
        using var none = new DuckDBConfig();
        try
        {
            return NativeMethods.Startup.DuckDBOpen(null, out var database, none, out var error).IsSuccess() ? database : throw new DuckDbException(error);
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new DllNotFoundException(
                $"Expected DuckDB's native library beside the application, got none that loads on {RuntimeInformation.RuntimeIdentifier} "
                + $"({fault.Message.ReplaceLineEndings(" ")}). Refer to the package DuckDB.NET.Bindings.Full, which brings it, and publish for this system.",
                fault);
        }
    }
}
