using Coda.Data.Archives.Stores;
using Coda.Data.Foundation;

namespace Coda.Data.Archives;

/// <summary>Refuses a table that the disk cannot hold before it is begun.</summary>
public static class DiskRoom
{
    // Rapidly changing states in single precision shrink to some nine tenths; less than half has not been seen of any system here.
    private const double LeastShare = 0.5;

    /// <summary>Refuses a table of states that change from step to step.</summary>
    /// <param name="path">Where it is to be written; the folder need not be there.</param>
    /// <param name="what">What it holds, for example "The truth".</param>
    /// <param name="range">Trajectories and steps.</param>
    /// <param name="stateSize">The length of one state.</param>
    /// <exception cref="IOException">The disk has less than half of what the numbers take.</exception>
    public static void Require(string path, string what, RecordRange range, int stateSize)
    {
        var (bytes, free) = (sizeof(float) * (double)range.TrajectoryCount * range.Steps.Count * stateSize, FreeAt(path));
        if (LeastShare * bytes > free)
        {
            throw new IOException(
                $"{path}: expected at most {MemoryNeed.InWords(free)} to write, which is free on the disk, got about {MemoryNeed.InWords(bytes)}: "
                + $"{what.ToLowerInvariant()} of {range.TrajectoryCount} trajectories of {range.Steps.Count} steps and {stateSize} entries. "
                + "Take fewer, or another disk.");
        }
    }

    /// <summary>Refuses a file that is larger than what is free.</summary>
    /// <param name="path">Where it is to be written; the folder need not be there.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="why">Why it is so large, and what else there is.</param>
    /// <exception cref="IOException">The disk has less.</exception>
    public static void Require(string path, double bytes, string why)
    {
        if (FreeAt(path) is var free && bytes > free)
        {
            throw new IOException(
                $"{path}: expected at most {MemoryNeed.InWords(free)} to write, which is free on the disk, got {MemoryNeed.InWords(bytes)}. {why}.");
        }
    }

    private static double FreeAt(string path)
    {
        if (ArchiveStores.IsAddress(path))
        {
            return double.PositiveInfinity; // nobody tells
        }

        var folder = Path.GetFullPath(path);
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        return new DriveInfo(folder).AvailableFreeSpace;
    }
}
