using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Data.Geometry;

/// <summary>The sites around every site of a grid, at the same offsets everywhere; what lies beyond a wall counts as 0.</summary>
/// <remarks>Immutable; safe to share.</remarks>
public sealed class GridStencil
{
    private readonly Grid _grid;
    private readonly int[][] _indices; // [offset][site]; the grid's size beyond walls

    private GridStencil(Grid grid, int[][] offsets)
    {
        (_grid, Offsets) = (grid, offsets);
        _indices = Array.ConvertAll(offsets, offset => Array.ConvertAll(grid.Shifted(offset), site => site < 0 ? grid.Size : site));
    }

    /// <summary>The offsets in sites along each axis, sorted. [offset][axis]</summary>
    public IReadOnlyList<IReadOnlyList<int>> Offsets { get; }

    /// <summary>All offsets of at most so many sites along every axis.</summary>
    /// <param name="grid">A grid whose axes are those of space.</param>
    /// <param name="reach">The most sites, at least 0.</param>
    /// <exception cref="ArgumentException">The grid has no such axes, or a periodic axis is shorter than the stencil.</exception>
    public static GridStencil Box(Grid grid, int reach) => new(Checked(grid, reach), Offset(grid, reach, double.PositiveInfinity));

    /// <summary>All offsets that are no longer than a radius.</summary>
    /// <param name="grid">A grid whose axes are those of space.</param>
    /// <param name="radius">The radius in sites, at least 0.</param>
    /// <exception cref="ArgumentException">The grid has no such axes, or a periodic axis is shorter than the stencil.</exception>
    public static GridStencil Ball(Grid grid, int radius) => new(Checked(grid, radius), Offset(grid, radius, radius));

    /// <summary>The most sites that a stencil may span along every axis: none twice round a periodic axis, none that is always beyond a wall.</summary>
    /// <param name="grid">The grid.</param>
    public static long MostWidth(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return grid.Shape.Zip(grid.IsPeriodic, (n, isPeriodic) => isPeriodic ? n : (2L * n) - 1).Min();
    }

    /// <summary>How many of the offsets stay within the grid, for every site. [site]</summary>
    public double[] Counts() => [.. Enumerable.Range(0, _grid.Size).Select(site => (double)_indices.Count(to => to[site] < _grid.Size))];

    /// <summary>For every site the value at an offset from it. [..., space] to [..., space]</summary>
    /// <param name="a">Values on the grid.</param>
    /// <param name="offset">Which of <see cref="Offsets"/>.</param>
    public Field<T> Value<T>(Field<T> a, int offset)
    {
        if (Offsets[offset].All(o => o == 0))
        {
            return a;
        }

        // A shift, unlike indices, runs on lines of other sizes, too.
        return _grid.IsPeriodicLine ? a.Roll(-Offsets[offset][0])
            : _indices[offset].Max() < _grid.Size ? a.Gather(_indices[offset])
            : Field<T>.Concat(-1, a, a.Slice(0, 1) * 0).Gather(_indices[offset]);
    }

    private static Grid Checked(Grid grid, int reach)
    {
        var most = MostWidth(grid);
        new Faults("stencil")
            .Require(grid is RegularGrid, nameof(grid), "sites along axes, as of ring, line, torus or plane", grid)
            .Require(reach >= 0 && (2L * reach) + 1 <= most, nameof(reach), $"a footprint 2r + 1 in [1, {most}]", reach)
            .ThrowIfAny();
        return grid;
    }

    private static int[][] Offset(Grid grid, int reach, double radius)
    {
        IEnumerable<int[]> offsets = [[]];
        foreach (var _ in grid.Shape)
        {
            offsets = offsets.SelectMany(offset => Enumerable.Range(-reach, (2 * reach) + 1).Select(o => (int[])[.. offset, o]));
        }

        return [.. offsets.Where(offset => offset.Sum(o => (double)o * o) <= radius * radius)];
    }
}
