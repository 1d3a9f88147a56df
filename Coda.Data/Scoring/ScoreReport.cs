namespace Coda.Data.Scoring;

/// <summary>Everything that one pass over estimates tells of them.</summary>
/// <param name="Scores">Sorted by score, sites and lead.</param>
/// <param name="Calibrations">Sorted by sites and lead; empty for estimates without a spread.</param>
public sealed record ScoreReport(IReadOnlyList<ScoreResult> Scores, IReadOnlyList<Calibration> Calibrations);
