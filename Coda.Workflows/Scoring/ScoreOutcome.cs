using Coda.Data.Scoring.Differences;

namespace Coda.Workflows.Scoring;

/// <summary>What scoring came to.</summary>
/// <param name="Archive">The archive of the observations.</param>
/// <param name="IsTruth">Whether the scores are against the truth; else against the withheld observations.</param>
/// <param name="Scores">The scores of each table, in the order of the job's archives, analyses first.</param>
public sealed record ScoreOutcome(string Archive, bool IsTruth, IReadOnlyList<ScoredTable> Scores)
{
    /// <summary>What tables of the same kind differ by from the first of them, or from the one that was named.</summary>
    public IReadOnlyList<ScoreDifference> Differences { get; init; } = [];
}
