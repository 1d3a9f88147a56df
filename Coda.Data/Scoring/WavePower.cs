using System.Numerics;
using System.Numerics.Tensors;
using Coda.Data.Geometry;
using MathNet.Numerics.Providers.FourierTransform;

namespace Coda.Data.Scoring;

/// <summary>The power of a field by wavelength, whatever the waves' direction: sums over shells of the wavenumber, as densities.</summary>
/// <remarks>
/// Along a periodic axis waves are Fourier's. A field within walls is mirrored there, so that it becomes periodic without a jump: in sines where it vanishes on
/// the walls, in cosines else (Denis, Côté and Laprise, 2002, doi:10.1175/1520-0493(2002)130&lt;1812:SDOTDA&gt;2.0.CO;2). The mean does not count, nor do waves
/// shorter than two grid lengths, which lie along diagonals alone.
/// </remarks>
internal sealed class WavePower
{
    private const int Least = 4;
    private const float Rounding = 1e-5f;

    private readonly int[] _shape;  // of one period
    private readonly int[] _site;   // for each point of the period
    private readonly sbyte[] _sign; // with which its site's value stands there
    private readonly int[] _shell;  // for each wave; 0 where it does not count
    private readonly Complex[] _waves;

    /// <summary>Prepares the waves of a grid.</summary>
    /// <param name="grid">The grid, one of <see cref="Has"/>.</param>
    /// <param name="vanishes">Whether the field is zero on walls.</param>
    public WavePower(Grid grid, bool vanishes)
    {
        Reflection[] axes = [.. grid.Shape.Zip(grid.IsPeriodic, (n, isPeriodic) => Reflection.Of(n, isPeriodic, vanishes))];
        _shape = [.. axes.Select(a => a.Site.Length)];
        var size = _shape.Aggregate(1, (product, n) => product * n);
        (_site, _sign, _shell, _waves) = (new int[size], new sbyte[size], new int[size], new Complex[size]);
        var longest = _shape.Max();
        for (var point = 0; point < size; point++)
        {
            var (rest, stride, site, sign, squares) = (point, 1, 0, (sbyte)1, 0.0);
            for (var axis = _shape.Length - 1; axis >= 0; axis--)
            {
                var (n, at) = (_shape[axis], rest % _shape[axis]);
                (site, sign) = (site + (axes[axis].Site[at] * stride), (sbyte)(sign * axes[axis].Sign[at]));
                squares += Math.Pow(Math.Min(at, n - at) / (double)n, 2);
                (rest, stride) = (rest / n, stride * grid.Shape[axis]);
            }

            var shell = (int)Math.Round(Math.Sqrt(squares) * longest);
            (_site[point], _sign[point], _shell[point]) = (site, sign, shell <= longest / 2 ? shell : 0);
        }

        Wavelengths = [.. Enumerable.Range(1, longest / 2).Select(shell => (double)longest / shell)];
    }

    /// <summary>The wavelengths, in grid lengths, falling. [shell]</summary>
    public IReadOnlyList<double> Wavelengths { get; }

    /// <summary>Whether a grid has waves: evenly spaced sites, at least four along each axis.</summary>
    /// <param name="grid">The grid.</param>
    public static bool Has(Grid grid) => grid is RegularGrid && grid.Shape.All(n => n >= Least);

    /// <summary>Whether a field is zero on every wall of its grid, rounding aside; a grid without walls has none that it could be zero on.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="values">The field. [site]</param>
    public static bool Vanishes(Grid grid, ReadOnlySpan<float> values)
    {
        float? onWalls = null;
        for (var site = 0; site < values.Length; site++)
        {
            if (IsOnWall(grid, site))
            {
                onWalls = Math.Max(onWalls ?? 0, Math.Abs(values[site]));
            }
        }

        return onWalls <= Rounding * TensorPrimitives.MaxMagnitude(values);
    }

    /// <summary>Adds the power of a true field, of its estimate, and of the estimate's error.</summary>
    /// <param name="truth">The true field. [site]</param>
    /// <param name="estimate">Its estimate. [site]</param>
    /// <param name="sums">Takes them.</param>
    public void Add(ReadOnlySpan<float> truth, ReadOnlySpan<float> estimate, SpectrumSum sums)
    {
        for (var point = 0; point < _waves.Length; point++)
        {
            _waves[point] = new Complex(truth[_site[point]], estimate[_site[point]]) * _sign[point];
        }

        Transform();
        var scale = Wavelengths[0] / Math.Pow(_waves.Length, 2); // over the width of a shell
        for (var wave = 0; wave < _waves.Length; wave++)
        {
            if (_shell[wave] > 0)
            {
                // Two real fields in one transform: F = T + iE, of which T and E are the parts that real fields have.
                var (own, other) = (_waves[wave], Complex.Conjugate(_waves[Opposite(wave)]));
                var (t, e) = ((own + other) / 2, (own - other) / (2 * Complex.ImaginaryOne));
                sums.Add(_shell[wave] - 1, scale * Squared(t), scale * Squared(e), scale * Squared(e - t));
            }
        }

        sums.Close();
    }

    private static double Squared(Complex z) => (z.Real * z.Real) + (z.Imaginary * z.Imaginary);

    private static bool IsOnWall(Grid grid, int site)
    {
        for (var axis = grid.Shape.Count - 1; axis >= 0; axis--)
        {
            var (n, at) = (grid.Shape[axis], site % grid.Shape[axis]);
            if (!grid.IsPeriodic[axis] && (at == 0 || at == n - 1))
            {
                return true;
            }

            site /= n;
        }

        return false;
    }

    // The place of the wave that runs the other way.
    private int Opposite(int wave)
    {
        var (opposite, stride) = (0, 1);
        for (var axis = _shape.Length - 1; axis >= 0; axis--)
        {
            var (n, at) = (_shape[axis], wave % _shape[axis]);
            opposite += (at == 0 ? 0 : n - at) * stride;
            (wave, stride) = (wave / n, stride * n);
        }

        return opposite;
    }

    // Along each axis in turn.
    private void Transform()
    {
        var stride = 1;
        foreach (var n in _shape.Reverse())
        {
            var line = new Complex[n];
            for (var number = 0; number < _waves.Length / n; number++)
            {
                var start = (number / stride * stride * n) + (number % stride);
                for (var i = 0; i < n; i++)
                {
                    line[i] = _waves[start + (i * stride)];
                }

                ManagedFourierTransformProvider.Instance.Forward(line, FourierTransformScaling.NoScaling);
                for (var i = 0; i < n; i++)
                {
                    _waves[start + (i * stride)] = line[i];
                }
            }

            stride *= n;
        }
    }

    // One period of an axis: for each of its points the place along the axis whose value stands there, and with which sign.
    private readonly record struct Reflection(int[] Site, sbyte[] Sign)
    {
        public static Reflection Of(int n, bool isPeriodic, bool vanishes)
        {
            var period = isPeriodic ? n : vanishes ? 2 * (n - 1) : 2 * n;
            return new(
                [.. Enumerable.Range(0, period).Select(i => i < n ? i : vanishes ? period - i : period - 1 - i)],
                [.. Enumerable.Range(0, period).Select(i => (sbyte)(isPeriodic || !vanishes ? 1 : i % (n - 1) == 0 ? 0 : i < n ? 1 : -1))]);
        }
    }
}
