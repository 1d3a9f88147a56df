using Coda.Data.Coverage;
using Coda.Data.Foundation;

namespace Coda.Tests.Coverage;

/// <summary>Residuals d = e + n of which e is known: e = τ s z with z of unit variance, n Gaussian of standard deviation σ.</summary>
internal static class DrawnResiduals
{
    /// <summary>Draws residuals at one site a step.</summary>
    /// <param name="count">How many.</param>
    /// <param name="scale">τ by the spread.</param>
    /// <param name="sigma">σ.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="memory">The correlation of z from step to step.</param>
    /// <param name="isHeavy">Whether z is a mixture of two Gaussians, of kurtosis 6, in place of one.</param>
    public static List<WithheldResidual> Of(
        int count, Func<double, double> scale, double sigma, ulong seed, double memory = 0, bool isHeavy = false)
    {
        var (random, residuals, z) = (new CounterRandom(seed), new List<WithheldResidual>(), 0.0);
        for (var step = 0; step < count; step++)
        {
            var spread = 0.5 + random.NextUniform();
            z = (memory * z) + (Math.Sqrt(1 - (memory * memory)) * random.NextGaussian());
            var width = !isHeavy ? 1 : random.NextUniform() < 0.1 ? 2 : Math.Sqrt(0.6 / 0.9);
            var error = (scale(spread) * spread * z * width) + (sigma * random.NextGaussian());
            residuals.Add(new(0, step, 0, error, spread, sigma));
        }

        return residuals;
    }
}
