namespace Coda.Data.Scoring;

/// <summary>Everything that one pass over estimates tells of them.</summary>
/// <param name="Scores">Sorted by score, sites and lead.</param>
/// <param name="Calibrations">Sorted by sites and lead; empty for estimates without a spread.</param>
public sealed record ScoreReport(IReadOnlyList<ScoreResult> Scores, IReadOnlyList<Calibration> Calibrations)
{
    /// <summary>The scores that are errors in time, in the order of <see cref="Scores"/>; empty unless they were asked for.</summary>
    public IReadOnlyList<ScoreSeries> Series { get; init; } = [];
}
