namespace Coda.Data.Foundation;

/// <summary>The processes that compute one thing together, each with a number of its own, its rank; <see cref="OneRank"/> where there is only
/// this one.</summary>
/// <remarks>
/// Every rank calls the same members in the same order, on one thread; a call returns when all others have come to it. What comes of it is the same on every
/// rank, and at every run. <see cref="RankGroups"/> has what is made of these two.
/// </remarks>
public interface IRankGroup
{
    /// <summary>This process's number, in [0, <see cref="Size"/>). Rank 0 writes files and speaks for all.</summary>
    int Rank { get; }

    /// <summary>The number of processes, at least 1.</summary>
    int Size { get; }

    /// <summary>Hands something of every rank to all.</summary>
    /// <param name="own">This rank's bytes; their number may differ from rank to rank.</param>
    /// <returns>The bytes of all ranks, by rank.</returns>
    byte[][] Gather(ReadOnlySpan<byte> own);

    /// <summary>Adds numbers of all ranks, rank by rank: each adds its own to what the ranks before it have left, so that the order of additions is that of
    /// one process which adds them all in turn.</summary>
    /// <param name="sum">On rank 0 what the sum starts from, of the same length on every rank; afterwards the sum on all of them.</param>
    /// <param name="add">Adds this rank's numbers to the entries of <paramref name="sum"/> in [start, end); called for pieces that together cover
    /// it.</param>
    void Accumulate(float[] sum, Action<int, int> add);
}
