using Coda.Data.Geometry;

namespace Coda.Classical.Ensemble;

/// <summary>Every so many sites of a regular grid along each axis, up to its walls, and how what is known there is interpolated between, linearly along each
/// axis.</summary>
/// <remarks>Immutable; safe to share.</remarks>
internal sealed class CoarseLattice
{
    private readonly (int Lower, int Upper, double Fraction)[][] _axes; // [axis][place]
    private readonly int[] _shape;

    /// <summary>Makes the lattice.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="spacing">The sites from one node to the next, at least 1; less before a wall and where an axis closes.</param>
    public CoarseLattice(RegularGrid grid, int spacing)
    {
        _shape = [.. grid.Shape];
        _axes = [.. grid.Shape.Zip(grid.IsPeriodic, (n, isPeriodic) =>
            Enumerable.Range(0, n).Select(place => Between(place, n, isPeriodic, spacing)).ToArray())];
    }

    /// <summary>The nodes about a site with their shares, which sum to 1.</summary>
    /// <param name="site">The site.</param>
    /// <param name="nodes">Takes them: sites, one for each corner, of which some may be the same. [2^axes]</param>
    /// <param name="shares">Takes the shares, 0 for some. [2^axes]</param>
    public void Around(int site, Span<int> nodes, Span<double> shares)
    {
        (nodes[0], shares[0]) = (0, 1);
        var (count, stride) = (1, 1);
        for (var axis = _shape.Length - 1; axis >= 0; axis--)
        {
            var (lower, upper, fraction) = _axes[axis][site % _shape[axis]];
            for (var i = 0; i < count; i++)
            {
                (nodes[count + i], shares[count + i]) = (nodes[i] + (upper * stride), shares[i] * fraction);
                (nodes[i], shares[i]) = (nodes[i] + (lower * stride), shares[i] * (1 - fraction));
            }

            (site, count, stride) = (site / _shape[axis], 2 * count, stride * _shape[axis]);
        }
    }

    /// <summary>The number of corners, 2 to the power of the axes.</summary>
    public int Corners => 1 << _shape.Length;

    private static (int Lower, int Upper, double Fraction) Between(int place, int n, bool isPeriodic, int spacing)
    {
        var lower = place / spacing * spacing;
        var end = Math.Min(lower + spacing, isPeriodic ? n : n - 1);
        return (lower, end % n, lower == place ? 0 : (place - lower) / (double)(end - lower));
    }
}
