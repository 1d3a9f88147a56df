using Coda.Data.Foundation;

namespace Coda.Workflows.Progress;

/// <summary>What a run's memory came to.</summary>
public static class PeakMemory
{
    /// <summary>The most memory that the process has had, in bytes; more than its bound is a warning.</summary>
    /// <param name="bound">The bound, in bytes; none where there is none.</param>
    /// <param name="warnings">Where to.</param>
    public static long Of(long? bound, ResultWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        var peak = MemoryBound.Peak();
        if (bound < peak)
        {
            warnings.Add("memory", $"The process had {peak / 1_000_000} MB at its peak, more than the bound of {bound / 1_000_000} MB.");
        }

        return peak;
    }
}
