namespace Coda.Data.Scoring;

/// <summary>A score at one lead.</summary>
/// <param name="Score">The score's name in its catalogue.</param>
/// <param name="Sites">The sites it is taken over.</param>
/// <param name="Lead">The lead, in steps; 0 for analyses.</param>
/// <param name="LeadTime">The lead, in the archive's time unit.</param>
/// <param name="Value">The mean over all steps of all trajectories.</param>
/// <param name="Deviation">The standard deviation over trajectories of their means; <see langword="null"/> with fewer than two.</param>
/// <param name="Trajectories">The number of trajectories.</param>
/// <param name="Count">The number of states, or of observations where <paramref name="Sites"/> are withheld ones.</param>
public sealed record ScoreResult(string Score, ScoredSites Sites, int Lead, double LeadTime, double Value, double? Deviation, int Trajectories, long Count)
{
    /// <summary>The field or site that it is taken over, where they are scored apart.</summary>
    public ScoredPart? Part { get; init; }

    /// <summary>For a misfit against observations, what it tells of the estimate's own error.</summary>
    public ErrorEstimate? Error { get; init; }
}
