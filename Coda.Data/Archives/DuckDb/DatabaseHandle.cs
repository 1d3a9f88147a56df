using System.Runtime.InteropServices;

namespace Coda.Data.Archives.DuckDb;

/// <summary>Owns a <c>duckdb_database</c>.</summary>
internal sealed class DatabaseHandle : SafeHandle
{
    /// <summary>Takes ownership.</summary>
    /// <param name="database">The native handle.</param>
    public DatabaseHandle(nint database)
        : base(0, ownsHandle: true) => SetHandle(database);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        DuckDbNative.Close(ref handle);
        return true;
    }
}
