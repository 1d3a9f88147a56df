using System.Numerics;
using Coda.Data.Geometry;
using MathNet.Numerics.Providers.FourierTransform;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>
/// Makes covariances on a grid that is the same everywhere positive definite: their spectrum over frequencies and wavenumbers, cleared of negative powers and
/// noise.
/// </summary>
/// <remarks>
/// Bochner's theorem: a stationary covariance is positive definite if and only if its spectrum is nowhere negative. The transforms are those of MathNet's
/// managed provider, whose threads split what is independent, so that their number changes no bit.
/// </remarks>
internal static class PeriodicSpectrum
{
    /// <summary>Clips a covariance C(lag, displacement) with C(-lag, -displacement) = C(lag, displacement), as one of period 2 (lags - 1) in time.</summary>
    /// <param name="covariance">Lags from 0, the last one 0 everywhere. [lag, displacement]</param>
    /// <param name="lags">The number of lags, at least 2.</param>
    /// <param name="grid">The grid, periodic along every axis.</param>
    /// <returns>A positive definite one. [lag, displacement]</returns>
    public static double[] Clip(double[] covariance, int lags, Grid grid)
    {
        var (size, period) = (grid.Size, 2 * (lags - 1));
        var field = Periodic(covariance, lags, grid);
        Transform(field, grid, series => ManagedFourierTransformProvider.Instance.Forward(series, FourierTransformScaling.NoScaling));
        double[] power = [.. field.SelectMany(row => row.Select(z => z.Real))]; // [wavenumber, frequency]
        Shrink(power, grid, period);
        field = [.. power.Chunk(period).Select(row => Array.ConvertAll(row, p => (Complex)p))];
        Transform(field, grid, series => ManagedFourierTransformProvider.Instance.Backward(series, FourierTransformScaling.BackwardScaling));
        return [.. Enumerable.Range(0, lags * size).Select(at => field[at % size][at / size].Real)];
    }

    // Lags of both signs: -lag stands at -displacement. [displacement], [lag]
    private static Complex[][] Periodic(double[] covariance, int lags, Grid grid)
    {
        var size = grid.Size;
        Complex[][] field = [.. Enumerable.Range(0, size).Select(d => new Complex[2 * (lags - 1)])];
        for (var d = 0; d < size; d++)
        {
            field[d][0] = covariance[d];
            var opposite = grid.Displacement(d, 0);
            for (var lag = 1; lag < lags - 1; lag++)
            {
                (field[d][lag], field[opposite][^lag]) = (covariance[(lag * size) + d], covariance[(lag * size) + d]);
            }
        }

        return field;
    }

    // Every row, then every column along each axis of the grid.
    private static void Transform(Complex[][] field, Grid grid, Action<Complex[]> transform)
    {
        foreach (var row in field)
        {
            transform(row);
        }

        var stride = 1;
        foreach (var n in grid.Shape.Reverse())
        {
            for (var line = 0; line < grid.Size / n; line++)
            {
                var start = (line / stride * stride * n) + (line % stride);
                TransformColumns([.. Enumerable.Range(0, n).Select(i => field[start + (i * stride)])], transform);
            }

            stride *= n;
        }
    }

    private static void TransformColumns(Complex[][] rows, Action<Complex[]> transform)
    {
        for (var at = 0; at < rows[0].Length; at++)
        {
            var column = Array.ConvertAll(rows, row => row[at]);
            transform(column);
            for (var row = 0; row < column.Length; row++)
            {
                rows[row][at] = column[row];
            }
        }
    }

    // The mean of each power and its neighbours, eight on a ring, and from it what is noise. [wavenumber, frequency]
    private static void Shrink(double[] power, Grid grid, int period)
    {
        var smooth = new double[power.Length];
        var count = (int)Math.Pow(3, grid.Shape.Count + 1);
        for (var i = 0; i < count; i++)
        {
            var (wavenumber, dw) = (grid.Shifted(Offset(i / 3, grid.Shape.Count)), (i % 3) + period - 1);
            for (var at = 0; at < power.Length; at++)
            {
                smooth[at] += power[(wavenumber[at / period] * period) + (((at % period) + dw) % period)] / count;
            }
        }

        var factors = NoiseShrinkage.Factors(smooth);
        for (var at = 0; at < power.Length; at++)
        {
            power[at] = Math.Max(0, power[at]) * factors[at];
        }
    }

    // One of the 3^axes offsets of at most one site along every axis.
    private static int[] Offset(int number, int axes) => [.. Enumerable.Range(0, axes).Select(axis => (number / (int)Math.Pow(3, axes - 1 - axis) % 3) - 1)];
}
