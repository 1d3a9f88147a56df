using System.Runtime.InteropServices;

namespace Coda.Data.Archives.DuckDb;

/// <summary>Owns a <c>duckdb_result</c>, which stands in native memory because DuckDB keeps its address.</summary>
internal sealed unsafe class ResultHandle : SafeHandle
{
    /// <summary>Makes an empty result.</summary>
    public ResultHandle()
        : base(0, ownsHandle: true) => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(DuckDbNative.NativeResult)));

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Where the result stands.</summary>
    public DuckDbNative.NativeResult* Pointer => (DuckDbNative.NativeResult*)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        DuckDbNative.DestroyResult(Pointer);
        NativeMemory.Free(Pointer);
        return true;
    }
}
