using Coda.Classical.Tuning;
using Coda.Data.Scoring.Differences;

namespace Coda.Workflows.Comparing;

/// <summary>What a comparison came to.</summary>
/// <param name="Archive">The archive's directory.</param>
/// <param name="IsTruth">Whether the scores are against the truth; else against the withheld observations.</param>
/// <param name="Trials">Each method's scores and cost, in the order of the job.</param>
public sealed record CompareOutcome(string Archive, bool IsTruth, IReadOnlyList<MethodTrial> Trials)
{
    /// <summary>What the methods differ by from the first, or from the one that was named; empty where that failed.</summary>
    public IReadOnlyList<ScoreDifference> Differences { get; init; } = [];
}
