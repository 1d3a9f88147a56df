using System.Numerics.Tensors;
using Coda.Data.Algebra;
using Coda.Data.Geometry;

namespace Coda.Data.Scoring;

/// <summary>The power of a field by wavelength, whatever the waves' direction: sums over shells of the wavenumber, as densities.</summary>
/// <remarks>
/// Along a periodic axis waves are Fourier's. Within walls they are sines where the field vanishes on the walls, cosines else (Denis, Côté and Laprise, 2002,
/// doi:10.1175/1520-0493(2002)130&lt;1812:SDOTDA&gt;2.0.CO;2), so that no jump at the walls is taken for waves. The mean does not count, nor do waves
/// shorter than two grid lengths, which lie along diagonals alone. Transforms are products with matrices, fast on sides of hundreds of sites.
/// </remarks>
internal sealed class WavePower
{
    private const int Least = 4;
    private const int Most = 2048; // along an axis: a matrix of 32 MB
    private const float Rounding = 1e-5f;

    private readonly Grid _grid;
    private readonly WaveAxis[] _axes;
    private readonly int[] _shell; // for each wave; 0 where it does not count
    private readonly double _scale;
    private readonly BufferAlgebra<double> _ops = new();

    /// <summary>Prepares the waves of a grid.</summary>
    /// <param name="grid">The grid, one of <see cref="Has"/>.</param>
    /// <param name="vanishes">Whether the field is zero on walls.</param>
    public WavePower(Grid grid, bool vanishes)
    {
        _grid = grid;
        _axes = [.. grid.Shape.Zip(grid.IsPeriodic, (n, isPeriodic) => WaveAxis.Of(n, isPeriodic, vanishes))];
        var longest = _axes.Max(a => a.Longest);
        _shell = [.. Enumerable.Range(0, grid.Size).Select(wave => Shell(wave, longest))];
        _scale = longest / _axes.Aggregate(1.0, (product, axis) => product * axis.Length);
        Wavelengths = [.. Enumerable.Range(1, longest / 2).Select(shell => (double)longest / shell)];
    }

    /// <summary>The wavelengths, in grid lengths, falling. [shell]</summary>
    public IReadOnlyList<double> Wavelengths { get; }

    /// <summary>Whether a grid has waves: evenly spaced sites, 4 to 2048 along each axis.</summary>
    /// <param name="grid">The grid.</param>
    public static bool Has(Grid grid) => grid is RegularGrid && grid.Shape.All(n => n is >= Least and <= Most);

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
        var both = new double[2 * truth.Length];
        TensorPrimitives.ConvertChecked(truth, both.AsSpan(0, truth.Length));
        TensorPrimitives.ConvertChecked(estimate, both.AsSpan(truth.Length));
        var waves = _ops.Field(_ops.From(both, [2, .. _grid.Shape]));
        for (var axis = 0; axis < _axes.Length; axis++)
        {
            waves = waves.MatrixProduct(_axes[axis].Waves, axis - _axes.Length);
        }

        var amplitudes = waves.Value.Span;
        for (var wave = 0; wave < _shell.Length; wave++)
        {
            if (_shell[wave] > 0)
            {
                var (t, e) = (amplitudes[wave], amplitudes[_shell.Length + wave]);
                sums.Add(_shell[wave] - 1, _scale * t * t, _scale * e * e, _scale * (e - t) * (e - t));
            }
        }

        _ops.Recycle();
        sums.Close();
    }

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

    private int Shell(int wave, int longest)
    {
        var squares = 0.0;
        for (var axis = _axes.Length - 1; axis >= 0; axis--)
        {
            squares += Math.Pow(_axes[axis].Wavenumbers[wave % _grid.Shape[axis]], 2);
            wave /= _grid.Shape[axis];
        }

        var shell = (int)Math.Round(Math.Sqrt(squares) * longest);
        return shell <= longest / 2 ? shell : 0;
    }
}
