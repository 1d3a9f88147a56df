using Coda.Data.Scoring;

namespace Coda.Workflows.Demonstrating;

/// <summary>The scores of one method.</summary>
/// <param name="Method">The method.</param>
/// <param name="Results">Its scores.</param>
public sealed record DemoScore(string Method, IReadOnlyList<ScoreResult> Results)
{
    /// <summary>How far the analyses look ahead; for forecasts, those that they start from.</summary>
    public long? LookAhead { get; init; }

    /// <summary>Which model it computed with, in words; <see langword="null"/> for none.</summary>
    public string? Model { get; init; }

    /// <summary>One of the scores.</summary>
    /// <param name="score">Its name.</param>
    /// <param name="sites">The sites.</param>
    /// <param name="lead">The lead, in steps.</param>
    public ScoreResult? Find(string score, ScoredSites sites = ScoredSites.All, int lead = 0) =>
        Results.FirstOrDefault(r => r.Score == score && r.Sites == sites && r.Lead == lead);
}
