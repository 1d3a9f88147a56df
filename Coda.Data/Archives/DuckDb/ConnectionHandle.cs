using System.Runtime.InteropServices;

namespace Coda.Data.Archives.DuckDb;

/// <summary>Owns a <c>duckdb_connection</c>.</summary>
internal sealed class ConnectionHandle : SafeHandle
{
    /// <summary>Takes ownership.</summary>
    /// <param name="connection">The native handle.</param>
    public ConnectionHandle(nint connection)
        : base(0, ownsHandle: true) => SetHandle(connection);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        DuckDbNative.Disconnect(ref handle);
        return true;
    }
}
