namespace Coda.Data.Foundation;

/// <summary>Keeps work on a sequence below a bound on the process's memory, whatever the sequence's length, by the number of its workers.</summary>
/// <remarks>
/// What a worker takes is measured on the first items: ONNX Runtime's arena, bindings and items under way. Reading and writing need the same memory at any
/// length. Bits do not depend on the number of workers, so that they do not depend on the bound.
/// </remarks>
public static class MemoryBound
{
    /// <summary>Each worker has up to three items under way (<see cref="InOrder"/>), and some wait in order.</summary>
    public const int ItemsPerWorker = 4;

    private const string Process = "the process and what it reserves";

    // For row groups being read, encoded and compressed.
    internal const long Reserve = 64_000_000;

    /// <summary>The largest number of workers within a bound, at most as many as were asked for.</summary>
    /// <param name="bytes">The bound on the memory of the whole process.</param>
    /// <param name="workers">The workers asked for; 0 for one on each core.</param>
    /// <param name="need">What one worker needs, told from sizes alone.</param>
    /// <param name="each">What a further worker takes at least, in bytes, greater than 0.</param>
    /// <param name="measure">Works by so many workers on as many items as they have under way.</param>
    /// <param name="cure">What to do where one worker needs more, in a sentence.</param>
    /// <exception cref="ArgumentException">One worker alone needs more; the message says how much.</exception>
    public static int Workers(long bytes, int workers, MemoryNeed need, double each, Action<int> measure, string cure)
    {
        ArgumentNullException.ThrowIfNull(need);
        ArgumentNullException.ThrowIfNull(measure);
        var wanted = InOrder.Workers(workers);
        need.Add(Process, Now() + Reserve).RequireWithin(bytes, $"Raise the bound, or {cure}");
        var one = After(1);
        if (one + Reserve > bytes)
        {
            throw new ArgumentException(
                $"Memory bound: expected at least {Megabytes(one + Reserve)} MB (one worker on the first items), got {Megabytes(bytes)} MB.");
        }

        return wanted == 1 ? 1 : (int)Math.Clamp(1 + ((bytes - Reserve - one) / Math.Max(After(2) - one, each)), 1, wanted);

        long After(int count)
        {
            measure(count);
            return Now();
        }
    }

    /// <summary>The largest number of workers within a bound, at most as many as were asked for, told from sizes alone: for work that cannot be tried on a part
    /// of it.</summary>
    /// <param name="bytes">The bound on the memory of the whole process.</param>
    /// <param name="workers">The workers asked for; 0 for one on each core.</param>
    /// <param name="need">What so many workers need.</param>
    /// <param name="cure">What to do where one worker needs more, in a sentence.</param>
    /// <exception cref="ArgumentException">One worker alone needs more; the message says how much.</exception>
    public static int Workers(long bytes, int workers, Func<int, MemoryNeed> need, string cure)
    {
        ArgumentNullException.ThrowIfNull(need);
        var (wanted, taken) = (InOrder.Workers(workers), Now() + Reserve);
        need(1).Add(Process, taken).RequireWithin(bytes, $"Raise the bound, or {cure}");
        return Enumerable.Range(1, wanted).Last(count => count == 1 || need(count).Bytes + taken <= bytes);
    }

    /// <summary>The most memory that the process has had, in bytes.</summary>
    public static long Peak()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    // What is no longer needed does not count.
    private static long Now()
    {
        HeapLimit.Collect();
        return Environment.WorkingSet;
    }

    private static long Megabytes(long bytes) => (bytes + 999_999) / 1_000_000;
}
