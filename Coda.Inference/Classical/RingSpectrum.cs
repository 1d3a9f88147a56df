namespace Coda.Inference.Classical;

/// <summary>Makes covariances on a ring positive definite: their spectrum over frequencies and wavenumbers, cleared of negative powers and noise.</summary>
/// <remarks>Bochner's theorem: a stationary covariance is positive definite if and only if its spectrum is nowhere negative.</remarks>
internal static class RingSpectrum
{
    /// <summary>Clips a covariance C(lag, distance) with C(-lag, -distance) = C(lag, distance), as one of period 2 (lags - 1) in time.</summary>
    /// <param name="covariance">Lags from 0, the last one 0 everywhere. [lag, distance]</param>
    /// <param name="lags">The number of lags.</param>
    /// <param name="size">The number of distances, the ring's size.</param>
    /// <returns>A positive definite one. [lag, distance]</returns>
    public static double[] Clip(double[] covariance, int lags, int size)
    {
        var period = 2 * (lags - 1);
        var (time, space) = (Waves(period), Waves(size));
        var (real, imaginary) = ToWavenumbers(covariance, lags, size, space);
        var power = new double[size * period]; // [wavenumber, frequency]
        for (var k = 0; k < size; k++)
        {
            for (var w = 0; w < period; w++)
            {
                power[(k * period) + w] = Power(real, imaginary, lags, size, k, w, time);
            }
        }

        var clipped = new double[lags * size];
        Shrink(power, size, period);
        for (var k = 0; k < size; k++)
        {
            AddWavenumber(clipped, power.AsSpan(k * period, period), lags, size, k, time, space);
        }

        return clipped;
    }

    // The mean of each power and its eight neighbours, and from it what is noise. [wavenumber, frequency]
    private static void Shrink(double[] power, int size, int period)
    {
        var smooth = new double[power.Length];
        for (var i = 0; i < 9; i++)
        {
            var (dk, dw) = ((i / 3) + size - 1, (i % 3) + period - 1);
            for (var at = 0; at < power.Length; at++)
            {
                smooth[at] += power[(((at / period) + dk) % size * period) + (((at % period) + dw) % period)] / 9;
            }
        }

        var factors = NoiseShrinkage.Factors(smooth);
        for (var at = 0; at < power.Length; at++)
        {
            power[at] = Math.Max(0, power[at]) * factors[at];
        }
    }

    // e^{-ikd} over distances. [lag, wavenumber]
    private static (double[] Real, double[] Imaginary) ToWavenumbers(double[] covariance, int lags, int size, (double Cos, double Sin)[] space)
    {
        var (real, imaginary) = (new double[lags * size], new double[lags * size]);
        for (var lag = 0; lag < lags; lag++)
        {
            for (var k = 0; k < size; k++)
            {
                for (var d = 0; d < size; d++)
                {
                    var (cos, sin) = space[k * d % size];
                    real[(lag * size) + k] += covariance[(lag * size) + d] * cos;
                    imaginary[(lag * size) + k] -= covariance[(lag * size) + d] * sin;
                }
            }
        }

        return (real, imaginary);
    }

    // Lag -t holds the conjugate of lag t, so that the sum over both signs is twice a real part.
    private static double Power(double[] real, double[] imaginary, int lags, int size, int k, int w, (double Cos, double Sin)[] time)
    {
        var sum = real[k];
        for (var lag = 1; lag < lags; lag++)
        {
            var (cos, sin) = time[(int)((long)w * lag % time.Length)];
            sum += 2 * ((real[(lag * size) + k] * cos) + (imaginary[(lag * size) + k] * sin));
        }

        return sum;
    }

    private static void AddWavenumber(double[] clipped, ReadOnlySpan<double> power, int lags, int size, int k, (double Cos, double Sin)[] time, (double Cos, double Sin)[] space)
    {
        for (var lag = 0; lag < lags; lag++)
        {
            var (real, imaginary) = (0.0, 0.0);
            for (var w = 0; w < power.Length; w++)
            {
                var (cos, sin) = time[(int)((long)w * lag % time.Length)];
                real += power[w] * cos;
                imaginary += power[w] * sin;
            }

            for (var d = 0; d < size; d++)
            {
                var (cos, sin) = space[k * d % size];
                clipped[(lag * size) + d] += ((real * cos) - (imaginary * sin)) / (power.Length * (double)size);
            }
        }
    }

    private static (double Cos, double Sin)[] Waves(int period) =>
        [.. Enumerable.Range(0, period).Select(n => (Math.Cos(2 * Math.PI * n / period), Math.Sin(2 * Math.PI * n / period)))];
}
