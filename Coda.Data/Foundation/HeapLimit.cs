namespace Coda.Data.Foundation;

/// <summary>Holds the collected heap of the process below what a bound on its memory leaves it, for as long as it is not disposed.</summary>
/// <remarks>
/// Without it the collector lets what is no longer needed pile up to several times of what is, as long as the machine has room. With it, it collects in time;
/// what is needed and does not fit is an <see cref="OutOfMemoryException"/>, so that needs are told before (<see cref="MemoryBound"/>). It holds for the whole
/// process, as the bound does: of several, the smallest counts. Safe for use from several threads.
/// </remarks>
public sealed class HeapLimit : IDisposable
{
    private const string Setting = "GCHeapHardLimit";
    private const long Least = 100_000_000; // above what is there: less would refuse what refuses the bound

    private static readonly Lock Gate = new();
    private static readonly List<HeapLimit> Held = [];
    private static object? _before; // what the host set

    private readonly long _bytes;
    private long _least; // once found
    private ulong _limit;

    private HeapLimit(long bytes) => _bytes = bytes;

    /// <summary>Whether the heap is held by anybody.</summary>
    public static bool IsHeld
    {
        get
        {
            lock (Gate)
            {
                return Held.Exists(held => held._limit > 0);
            }
        }
    }

    /// <summary>
    /// Holds the heap. A bound that leaves it little room holds it to <see cref="Least"/> more than is there, and is passed by so much at most; one that the
    /// process has passed already holds nothing, for others may live in it: <see cref="MemoryBound"/> refuses it.
    /// </summary>
    /// <param name="bytes">The bound on the memory of the whole process; nothing for none.</param>
    /// <returns>What to dispose when the bound ends; nothing for none.</returns>
    public static HeapLimit? Within(long? bytes)
    {
        if (bytes is not { } most)
        {
            return null;
        }

        var limit = new HeapLimit(most);
        lock (Gate)
        {
            _before = Held.Count == 0 ? AppContext.GetData(Setting) : _before;
            Held.Add(limit);
        }

        limit.Adjust();
        return limit;
    }

    /// <summary>Takes account of memory beside the heap that was allocated since, such as that of native libraries.</summary>
    public void Adjust()
    {
        lock (Gate)
        {
            var heap = Collect();
            var room = _bytes - Math.Max(0, Environment.WorkingSet - heap) - MemoryBound.Reserve;
            _least = _least > 0 ? _least : Math.Max(heap, GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes) + Least;
            _limit = room > 0 || _limit > 0 ? (ulong)Math.Max(room, _least) : 0;
            Apply();
        }
    }

    /// <summary>Lets the heap grow again.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (Held.Remove(this))
            {
                Apply();
            }
        }
    }

    /// <summary>Collects all that is no longer needed, and gives its memory back to the machine.</summary>
    /// <returns>What is left, in bytes.</returns>
    internal static long Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes;
    }

    private static void Apply()
    {
        var limits = Held.Where(held => held._limit > 0).Select(held => held._limit).ToList();
        AppContext.SetData(Setting, limits.Count > 0 ? limits.Min() : _before ?? 0UL);
        GC.RefreshMemoryLimit();
    }
}
