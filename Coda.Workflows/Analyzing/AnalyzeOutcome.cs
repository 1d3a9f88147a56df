using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;

namespace Coda.Workflows.Analyzing;

/// <summary>What an analysis of an archive came to.</summary>
/// <param name="Method">By which method.</param>
/// <param name="Archive">The directory of the archive that holds the analyses.</param>
/// <param name="States">The number of analyses that were made.</param>
/// <param name="Seconds">The time it took.</param>
public sealed record AnalyzeOutcome(string Method, string Archive, long States, double Seconds)
{
    /// <summary>What the analyses say of themselves.</summary>
    public TableNote Note { get; init; } = TableNote.Unknown;

    /// <summary>Whether all analyses are there; if not, other shards have parts to make.</summary>
    public bool IsSealed { get; init; }

    /// <summary>The number of workers; 0 for one on each core.</summary>
    public int Workers { get; init; }

    /// <summary>The most memory that the process has had, in bytes.</summary>
    public long PeakMemory { get; init; }

    /// <summary>The number of parts that were made.</summary>
    public int PartsMade { get; init; }

    /// <summary>The number of this shard's parts that were there before.</summary>
    public int PartsBefore { get; init; }

    /// <summary>The number of stretches that a smoother iterated on; 0 for other methods.</summary>
    public int Stretches { get; init; }

    /// <summary>Those that did not converge.</summary>
    public IReadOnlyList<StretchReport> Unsound { get; init; } = [];

    /// <summary>Those that did, with linear equations on the way, or of the spread, that conjugate gradients did not solve to their tolerance.</summary>
    public IReadOnlyList<StretchReport> Unsolved { get; init; } = [];

    /// <summary>All iterations of conjugate gradients; 0 where equations are solved directly.</summary>
    public long Iterations { get; init; }
}
