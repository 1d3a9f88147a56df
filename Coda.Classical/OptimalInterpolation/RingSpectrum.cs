using System.Numerics;
using MathNet.Numerics.Providers.FourierTransform;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>Makes covariances on a ring positive definite: their spectrum over frequencies and wavenumbers, cleared of negative powers and noise.</summary>
/// <remarks>
/// Bochner's theorem: a stationary covariance is positive definite if and only if its spectrum is nowhere negative. The transforms are those of MathNet's
/// managed provider, whose threads split what is independent, so that their number changes no bit.
/// </remarks>
internal static class RingSpectrum
{
    /// <summary>Clips a covariance C(lag, distance) with C(-lag, -distance) = C(lag, distance), as one of period 2 (lags - 1) in time.</summary>
    /// <param name="covariance">Lags from 0, the last one 0 everywhere. [lag, distance]</param>
    /// <param name="lags">The number of lags, at least 2.</param>
    /// <param name="size">The number of distances, the ring's size.</param>
    /// <returns>A positive definite one. [lag, distance]</returns>
    public static double[] Clip(double[] covariance, int lags, int size)
    {
        var period = 2 * (lags - 1);
        var field = Periodic(covariance, lags, size);
        Transform(field, series => ManagedFourierTransformProvider.Instance.Forward(series, FourierTransformScaling.NoScaling));
        double[] power = [.. field.SelectMany(row => row.Select(z => z.Real))]; // [wavenumber, frequency]
        Shrink(power, size, period);
        field = [.. power.Chunk(period).Select(row => Array.ConvertAll(row, p => (Complex)p))];
        Transform(field, series => ManagedFourierTransformProvider.Instance.Backward(series, FourierTransformScaling.BackwardScaling));
        return [.. Enumerable.Range(0, lags * size).Select(at => field[at % size][at / size].Real)];
    }

    // Lags of both signs: -lag stands at -distance. [distance], [lag]
    private static Complex[][] Periodic(double[] covariance, int lags, int size)
    {
        Complex[][] field = [.. Enumerable.Range(0, size).Select(d => new Complex[2 * (lags - 1)])];
        for (var d = 0; d < size; d++)
        {
            field[d][0] = covariance[d];
            for (var lag = 1; lag < lags - 1; lag++)
            {
                (field[d][lag], field[(size - d) % size][^lag]) = (covariance[(lag * size) + d], covariance[(lag * size) + d]);
            }
        }

        return field;
    }

    // Every row, then every column.
    private static void Transform(Complex[][] field, Action<Complex[]> transform)
    {
        foreach (var row in field)
        {
            transform(row);
        }

        for (var at = 0; at < field[0].Length; at++)
        {
            var column = Array.ConvertAll(field, row => row[at]);
            transform(column);
            for (var row = 0; row < column.Length; row++)
            {
                field[row][at] = column[row];
            }
        }
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
}
