namespace TorchSharp.Interop;

/// <summary>
/// Tells the garbage collector how much memory the tensors hold. Without it a forgotten tensor of many megabytes weighs a hundred
/// bytes to the collector, and the process runs out of memory long before a collection.
/// </summary>
internal static unsafe class MemoryPressure
{
    private const long Step = 32L << 20;

    private static readonly long* s_live = Native.ct_live_bytes();
    private static readonly Lock s_lock = new();
    private static long s_reported;

    /// <summary>Reports the change once it exceeds a step; cheap otherwise.</summary>
    internal static void Update()
    {
        long change = *s_live - s_reported;
        if (change is > Step or < -Step)
            Report();
    }

    private static void Report()
    {
        lock (s_lock)
        {
            long change = Volatile.Read(ref *s_live) - s_reported;
            if (change > 0)
                GC.AddMemoryPressure(change);
            else if (change < 0)
                GC.RemoveMemoryPressure(-change);
            s_reported += change;
        }
    }
}
