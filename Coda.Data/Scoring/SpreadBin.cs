namespace Coda.Data.Scoring;

/// <summary>Estimates of about the same spread: how far off they are.</summary>
/// <param name="Spread">The root of their mean variance.</param>
/// <param name="RootMeanSquareError">
/// The root of their mean squared error; of calibrated estimates it equals the spread. Against observations, nothing where the noise that is taken off leaves
/// less than three times its standard error.
/// </param>
/// <param name="Count">The number of entries.</param>
public sealed record SpreadBin(double Spread, double? RootMeanSquareError, long Count)
{
    /// <summary>The root of their mean squared misfit: the error, or against observations the error with the noise left in.</summary>
    public double Misfit { get; init; }
}
