namespace Coda.Inference.Classical;

/// <summary>Makes covariances between pairs of points positive definite: at every frequency their cross-spectrum, cleared of negative eigenvalues and noise.</summary>
/// <remarks>Cramér's theorem, the multivariate form of Bochner's; see <see cref="RingSpectrum"/>.</remarks>
internal static class PairSpectrum
{
    /// <summary>Clips covariances C(lag, i, j) with C(-lag, j, i) = C(lag, i, j), as ones of period 2 (lags - 1) in time.</summary>
    /// <param name="covariance">Lags from 0, the last one 0 everywhere. [lag, point, point]</param>
    /// <param name="lags">The number of lags.</param>
    /// <param name="points">The number of points.</param>
    /// <returns>[lag, point, point]</returns>
    public static double[] Clip(double[] covariance, int lags, int points)
    {
        var period = 2 * (lags - 1);
        var (spectra, vectors) = (new double[lags][], new double[lags][]);
        Parallel.For(0, lags, w =>
        {
            spectra[w] = CrossSpectrum(covariance, lags, points, w, period);
            vectors[w] = SymmetricMatrix.Diagonalize(spectra[w], 2 * points);
        });
        Shrink(spectra, vectors, 2 * points);
        var clipped = new double[covariance.Length];
        for (var lag = 0; lag < lags; lag++)
        {
            for (var w = 0; w < lags; w++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * w * lag / period);
                var weight = (w == 0 || w == lags - 1 ? 1.0 : 2.0) / period;
                Add(clipped, lag, spectra[w], points, weight * cos, weight * sin);
            }
        }

        return clipped;
    }

    // From eigenvalues and vectors back to matrices, less the eigenvalues that are noise.
    private static void Shrink(double[][] spectra, double[][] vectors, int n)
    {
        double[] powers = [.. spectra.SelectMany(s => Enumerable.Range(0, n).Select(i => s[i * (n + 1)]))];
        var factors = NoiseShrinkage.Factors(powers);
        for (var w = 0; w < spectra.Length; w++)
        {
            spectra[w] = SymmetricMatrix.Compose([.. Enumerable.Range(w * n, n).Select(i => powers[i] * factors[i])], vectors[w]);
        }
    }

    // The Hermitian matrix A + iB as the symmetric [[A, -B], [B, A]].
    private static double[] CrossSpectrum(double[] covariance, int lags, int points, int w, int period)
    {
        var n = 2 * points;
        var matrix = new double[n * n];
        for (var lag = 0; lag < lags; lag++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * w * lag / period);
            for (var i = 0; i < points; i++)
            {
                for (var j = 0; j < points; j++)
                {
                    var forward = covariance[(((lag * points) + i) * points) + j];
                    var backward = lag == 0 ? 0 : covariance[(((lag * points) + j) * points) + i];
                    var (a, b) = ((forward + backward) * cos, (backward - forward) * sin);
                    matrix[(i * n) + j] += a;
                    matrix[((i + points) * n) + j + points] += a;
                    matrix[((i + points) * n) + j] += b;
                    matrix[(i * n) + j + points] -= b;
                }
            }
        }

        return matrix;
    }

    private static void Add(double[] clipped, int lag, double[] spectrum, int points, double cos, double sin)
    {
        var n = 2 * points;
        for (var i = 0; i < points; i++)
        {
            for (var j = 0; j < points; j++)
            {
                clipped[(((lag * points) + i) * points) + j] += (spectrum[(i * n) + j] * cos) - (spectrum[((i + points) * n) + j] * sin);
            }
        }
    }
}
