using Coda.Data.Archives;
using Coda.Data.Foundation;

namespace Coda.Inference.Assimilation;

/// <summary>The memory of the pieces of a record that are under way at the same time.</summary>
public static class PieceMemory
{
    // Where a method does not analyze by pieces.
    private const int DefaultLength = 1024;

    // At most three for each worker, one that is read and one that is taken.
    private const int PerWorker = 3;
    private const int Others = 2;

    // Values and mask; states and spread. In single precision.
    private const int BytesPerEntry = 8;

    /// <summary>Adds up observations and states.</summary>
    /// <param name="method">What analyzes.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="workers">The pieces worked on at the same time.</param>
    /// <param name="halo">The steps read on each side of a piece.</param>
    public static MemoryNeed Of(AssimilationMethod method, ArchiveDescription archive, int workers, long halo = 0)
    {
        var length = Math.Min(method.PieceLength ?? DefaultLength, archive.Steps.Count);
        var all = Math.Ceiling((double)archive.Steps.Count / length) * archive.TrajectoryCount;
        var pieces = Math.Min((PerWorker * (double)workers) + Others, all);
        return Of(method.Name, archive.SiteCount, method.Layout.Size, pieces, length, halo);
    }

    /// <summary>Adds up observations and states of pieces.</summary>
    /// <param name="name">The method's name.</param>
    /// <param name="sites">The number of sites.</param>
    /// <param name="stateSize">The length of one state.</param>
    /// <param name="pieces">The number of pieces.</param>
    /// <param name="length">The steps of a piece.</param>
    /// <param name="halo">The steps read on each side of it.</param>
    public static MemoryNeed Of(string name, int sites, int stateSize, double pieces, long length, long halo) => new MemoryNeed($"Method '{name}'")
        .Add(FormattableString.Invariant($"observations of {pieces} pieces of {length + (2 * halo)} steps and {sites} sites"), BytesPerEntry, pieces, length
            + (2.0 * halo), sites)
        .Add(FormattableString.Invariant($"states of {pieces} pieces of {length} steps and {stateSize} entries"), BytesPerEntry, pieces, length, stateSize);

    /// <summary>The steps of a piece for methods whose bits do not depend on it: as many as keep a piece at some megabytes.</summary>
    /// <param name="entries">The sites, or the entries of a state, whichever are more.</param>
    /// <param name="most">The most steps.</param>
    public static int Length(int entries, int most) => Math.Clamp((1 << 22) / entries, 1, most);
}
