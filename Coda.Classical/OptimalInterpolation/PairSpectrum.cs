using System.Numerics;
using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using MathNet.Numerics.Providers.FourierTransform;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>Makes covariances between pairs of points positive definite: at every frequency their cross-spectrum, cleared of negative eigenvalues and
/// noise.</summary>
/// <remarks>Cramér's theorem, the multivariate form of Bochner's; see <see cref="PeriodicSpectrum"/>.</remarks>
internal static class PairSpectrum
{
    /// <summary>Clips covariances C(lag, i, j) with C(-lag, j, i) = C(lag, i, j), as ones of period 2 (lags - 1) in time.</summary>
    /// <param name="covariance">Lags from 0, the last one 0 everywhere. [lag, point, point]</param>
    /// <param name="lags">The number of lags, at least 2.</param>
    /// <param name="points">The number of points.</param>
    /// <returns>[lag, point, point]</returns>
    public static double[] Clip(double[] covariance, int lags, int points)
    {
        var spectra = CrossSpectra(covariance, lags, points);
        var parts = new (double[] Values, Complex[] Vectors)[lags];
        Parallel.For(0, lags, w => parts[w] = HermitianMatrix.Decompose(spectra[w], points));
        double[] powers = [.. parts.SelectMany(p => p.Values)];
        TensorPrimitives.Multiply<double>(powers, NoiseShrinkage.Factors(powers), powers);
        Parallel.For(0, lags, w => spectra[w] = HermitianMatrix.Compose(powers.AsSpan(w * points, points), parts[w].Vectors));
        return Covariance(spectra, lags, points);
    }

    // The sum of C(lag, i, j) e^{-iw lag} over lags of both signs, of which those below 0 stand with i and j exchanged. [frequency], [point, point]
    private static Complex[][] CrossSpectra(double[] covariance, int lags, int points)
    {
        var (spectra, pairs) = (new Complex[lags][], points * points);
        for (var w = 0; w < lags; w++)
        {
            spectra[w] = new Complex[pairs];
        }

        Parallel.For(0, pairs, pair =>
        {
            var exchanged = (pair % points * points) + (pair / points);
            var series = new Complex[2 * (lags - 1)]; // [lag]
            series[0] = covariance[pair];
            for (var lag = 1; lag < lags - 1; lag++)
            {
                (series[lag], series[^lag]) = (covariance[(lag * pairs) + pair], covariance[(lag * pairs) + exchanged]);
            }

            ManagedFourierTransformProvider.Instance.Forward(series, FourierTransformScaling.NoScaling);
            for (var w = 0; w < lags; w++)
            {
                spectra[w][pair] = series[w];
            }
        });
        return spectra;
    }

    // Frequency -w holds the conjugate of w, for covariances are real. [lag, point, point]
    private static double[] Covariance(Complex[][] spectra, int lags, int points)
    {
        var pairs = points * points;
        var covariance = new double[lags * pairs];
        Parallel.For(0, pairs, pair =>
        {
            var series = new Complex[2 * (lags - 1)]; // [frequency]
            (series[0], series[lags - 1]) = (spectra[0][pair], spectra[lags - 1][pair]);
            for (var w = 1; w < lags - 1; w++)
            {
                (series[w], series[^w]) = (spectra[w][pair], Complex.Conjugate(spectra[w][pair]));
            }

            ManagedFourierTransformProvider.Instance.Backward(series, FourierTransformScaling.BackwardScaling);
            for (var lag = 0; lag < lags; lag++)
            {
                covariance[(lag * pairs) + pair] = series[lag].Real;
            }
        });
        return covariance;
    }
}
