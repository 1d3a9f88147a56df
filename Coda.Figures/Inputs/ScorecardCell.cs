using Coda.Data.Scoring.Differences;

namespace Coda.Figures.Inputs;

/// <summary>A cell of a scorecard: what one estimate differs by from the one that all are compared with.</summary>
/// <param name="Row">The estimate, with field and sites where there are several.</param>
/// <param name="Column">The lead.</param>
/// <param name="Relative">The difference over the score that it is compared with; below 0 is better.</param>
/// <param name="Difference">The difference.</param>
public sealed record ScorecardCell(string Row, string Column, double Relative, PairedDifference Difference);
