using Coda.Inference.Sessions;

namespace Coda.Workflows.Proving;

/// <summary>An archive of analyses that is to be proven.</summary>
/// <param name="Archive">Its directory.</param>
public sealed record ProveJob(string Archive)
{
    /// <summary>The directory of the observations that it was made from; its own by default.</summary>
    public string? Observations { get; init; }

    /// <summary>The archive that the method took its statistics from, where that is another.</summary>
    public string? Reference { get; init; }

    /// <summary>The model that it was made with, where there is one; it stays the caller's.</summary>
    public OnnxModel? Model { get; init; }

    /// <summary>The file of bands that the analyses have, where they have some.</summary>
    public string? Bands { get; init; }

    /// <summary>The share of the parts that is computed again, in (0, 1]: every n-th, n the whole number next to its inverse.</summary>
    public double Share { get; init; } = 0.1;

    /// <summary>The seed that chooses the parts, and where faults are injected.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The number of workers; 0 for one on each core. The bits do not depend on it.</summary>
    public int Workers { get; init; }

    /// <summary>A proof that was made elsewhere, to be made again with its seed and share, and compared; none by default.</summary>
    public Proof? Other { get; init; }
}
