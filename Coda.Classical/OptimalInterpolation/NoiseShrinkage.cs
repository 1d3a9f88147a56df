namespace Coda.Classical.OptimalInterpolation;

/// <summary>Takes sampling noise out of an estimated spectrum, which makes it nowhere negative.</summary>
/// <remarks>
/// A true spectrum has no negative powers, so that their root mean square σ is the noise of the estimate. A power S is multiplied by 1 - (2σ/S)², as a Wiener
/// filter does, or by 0 where S is below 2σ. Only setting negative powers to 0 would leave a floor of positive noise, which stands for a signal without
/// memory: with 24,000 steps of the default twin experiment the analyses' RMSE was .62 so, and .53 with the shrinkage.
/// </remarks>
internal static class NoiseShrinkage
{
    private const double Factor = 2;

    /// <summary>The factor of every power.</summary>
    /// <param name="powers">Estimated powers, perhaps smoothed.</param>
    public static double[] Factors(IReadOnlyList<double> powers)
    {
        var negative = powers.Where(p => p < 0).ToList();
        var threshold = negative.Count == 0 ? 0 : Factor * Math.Sqrt(negative.Average(p => p * p));
        return [.. powers.Select(p => p <= threshold ? 0 : 1 - (threshold / p * (threshold / p)))];
    }
}
