namespace Coda.Data.Scoring;

/// <summary>The error of a ratio of sums over independent blocks, linearized.</summary>
internal static class RatioOfSums
{
    /// <summary>The variance of the ratio's numerator, and its degrees of freedom.</summary>
    /// <param name="terms">For each block its sum less what the ratio would give; they sum to 0.</param>
    public static (double Variance, int Freedom) Variance(IReadOnlyCollection<double> terms) =>
        (terms.Sum(t => t * t) * terms.Count / (terms.Count - 1), terms.Count - 1);
}
