namespace Coda.Workflows.Progress;

/// <summary>Where a phase of the work stands.</summary>
/// <param name="Share">The share done, in [0, 1]; NaN where nobody knows.</param>
/// <param name="Detail">What else is worth knowing, in a few words.</param>
public readonly record struct PhaseState(double Share, string Detail = "")
{
    /// <summary>How the number that matters went so far, such as a loss, oldest first; <see langword="null"/> where there is none.</summary>
    public IReadOnlyList<double>? Course { get; init; }
}
