namespace Coda.Data.Foundation;

/// <summary>Systematic resampling: particle i is drawn as often as points (u + j) / count fall into its share of [0, 1).</summary>
/// <remarks>Kitagawa, "Monte Carlo filter and smoother for non-Gaussian nonlinear state space models", J. Comput. Graph. Stat. 5, 1996, appendix,
/// doi:10.1080/10618600.1996.10474692.</remarks>
public static class SystematicResampling
{
    /// <summary>Draws.</summary>
    /// <param name="weights">The weights, whose sum is 1. [particle]</param>
    /// <param name="count">How many to draw.</param>
    /// <param name="uniform">u, in [0, 1).</param>
    /// <returns>Which particles, in rising order. [draw]</returns>
    public static int[] Draw(ReadOnlySpan<double> weights, int count, double uniform)
    {
        var (drawn, particle, sum) = (new int[count], 0, weights[0]);
        for (var j = 0; j < count; j++)
        {
            var point = (j + uniform) / count;
            while (point >= sum && particle < weights.Length - 1)
            {
                sum += weights[++particle];
            }

            drawn[j] = particle;
        }

        return drawn;
    }
}
