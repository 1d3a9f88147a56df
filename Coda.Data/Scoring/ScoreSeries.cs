namespace Coda.Data.Scoring;

/// <summary>A score in time, trajectory by trajectory, by which two estimates of the same record are compared pair by pair.</summary>
/// <remarks>Of a long record it holds sums over blocks of consecutive steps, so that memory does not grow with the record. Immutable; safe to share.</remarks>
/// <param name="Score">The score's name; of it less is better.</param>
/// <param name="Sites">The sites it is taken over.</param>
/// <param name="Lead">The lead, in steps; 0 for analyses.</param>
/// <param name="LeadTime">The lead, in the archive's time unit.</param>
/// <param name="Trajectories">What each trajectory has, in their order.</param>
public sealed record ScoreSeries(string Score, ScoredSites Sites, int Lead, double LeadTime, IReadOnlyList<TrajectorySeries> Trajectories)
{
    /// <summary>The field or site that it is taken over, where they are scored apart.</summary>
    public ScoredPart? Part { get; init; }

    /// <summary>The mean over all that was scored.</summary>
    public double Mean => Trajectories.Sum(t => t.Sums.Sum()) / Trajectories.Sum(t => t.Counts.Sum());
}
