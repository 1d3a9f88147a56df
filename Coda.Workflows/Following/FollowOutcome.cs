namespace Coda.Workflows.Following;

/// <summary>What became of following a feed until its end.</summary>
/// <param name="Output">The archive's directory.</param>
/// <param name="Newest">The newest analyses, as in <c>newest.json</c>.</param>
/// <param name="Batches">The batches that this run read; <see cref="NewestAnalyses.Batches"/> counts those of runs before it, too.</param>
/// <param name="Analyses">The analyses that it made.</param>
public sealed record FollowOutcome(string Output, NewestAnalyses Newest, long Batches, long Analyses);
