namespace Coda.Data.Scoring;

/// <summary>Estimates of about the same spread: how far off they are.</summary>
/// <param name="Spread">The root of their mean variance.</param>
/// <param name="RootMeanSquareError">The root of their mean squared error; of calibrated estimates it equals the spread.</param>
/// <param name="Count">The number of entries.</param>
public sealed record SpreadBin(double Spread, double RootMeanSquareError, long Count);
