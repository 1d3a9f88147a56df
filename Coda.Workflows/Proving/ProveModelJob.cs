namespace Coda.Workflows.Proving;

/// <summary>A model that is to be proven.</summary>
/// <param name="Model">Its folder, or the name of a released one.</param>
public sealed record ProveModelJob(string Model)
{
    /// <summary>The directory of the archive that it was trained on, from which its training goes on; without it, it does not.</summary>
    public string? Archive { get; init; }

    /// <summary>The number of fresh records, at least 8.</summary>
    public int Records { get; init; } = 8;

    /// <summary>The number of steps of each, without what is not scored at its ends; 500 by default, of large fields 60.</summary>
    public int? Steps { get; init; }

    /// <summary>The seed from which that of the fresh records is drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The number of workers; 0 for one on each core. The bits do not depend on it.</summary>
    public int Workers { get; init; }

    /// <summary>A proof that was made elsewhere, to be made again with its seed, records and steps, and compared; none by default.</summary>
    public ModelProof? Other { get; init; }
}
