namespace Coda.Data.Scoring;

/// <summary>What a learned correction makes of the truth's coupling.</summary>
/// <param name="Count">The number of true values: sites times steps.</param>
/// <param name="Mean">The mean of the true coupling.</param>
/// <param name="Deviation">Its standard deviation.</param>
/// <param name="Bias">The mean of the correction at the true states, less that of the coupling.</param>
/// <param name="Residual">The root mean square of correction less coupling.</param>
/// <param name="ResidualDeviation">The standard deviation over trajectories of their residuals; <see langword="null"/> with fewer than two.</param>
/// <param name="Regressions">Polynomials of the local x fitted to the same coupling.</param>
/// <param name="Bins">By the true x, rising; together they hold all values.</param>
public sealed record CouplingScore(
    long Count,
    double Mean,
    double Deviation,
    double Bias,
    double Residual,
    double? ResidualDeviation,
    IReadOnlyList<RegressionFit> Regressions,
    IReadOnlyList<CouplingBin> Bins)
{
    /// <summary>The root mean square of the coupling less its mean in each bin: with narrow bins, the least residual that a function of the local x can
    /// have.</summary>
    public double Scatter => Math.Sqrt(Bins.Sum(b => b.Count * b.CouplingDeviation * b.CouplingDeviation) / Count);
}
