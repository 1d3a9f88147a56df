using Coda.Data.Time;

namespace Coda.Workflows.Scoring;

/// <summary>Ensembles to compare with a reference.</summary>
/// <param name="Reference">The directory of the archive with the reference's members, such as a particle filter's.</param>
/// <param name="Estimates">The directories of the archives with the members to compare, at least one; the first is what the others are held against, such as
/// the reference with another seed.</param>
public sealed record DistanceJob(string Reference, IReadOnlyList<string> Estimates)
{
    /// <summary>The steps to compare; all that both have by default.</summary>
    public StepRange? Steps { get; init; }

    /// <summary>Whether each part is compared with its checksum when it is first read.</summary>
    public bool Verifies { get; init; } = true;
}
