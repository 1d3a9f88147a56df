using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Owns one native tensor; frees it when disposed or finalized, once.</summary>
internal sealed class TensorHandle : SafeHandle
{
    private static long s_count;
    private static long s_peak;

    internal TensorHandle(nint native)
        : base(0, ownsHandle: true)
    {
        SetHandle(native);
        if (native == 0)
        {
            GC.SuppressFinalize(this);
            return;
        }
        long count = Interlocked.Increment(ref s_count);
        if (count > s_peak)
            s_peak = count;
    }

    /// <summary>How many native tensors the process holds.</summary>
    internal static long Count => Volatile.Read(ref s_count);

    /// <summary>The most it has held.</summary>
    internal static long Peak => Volatile.Read(ref s_peak);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The native tensor, 0 once freed or given away.</summary>
    internal nint Native => IsClosed ? 0 : handle;

    /// <summary>Gives the native tensor away.</summary>
    internal nint Move()
    {
        nint native = Native;
        Interlocked.Decrement(ref s_count);
        SetHandleAsInvalid();
        return native;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Interlocked.Decrement(ref s_count);
        Interop.Native.ct_free(handle);
        return true;
    }
}
