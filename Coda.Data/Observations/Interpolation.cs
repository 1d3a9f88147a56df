using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Observations;

/// <summary>A field at positions between the points of its grid: linear on rings and lines, bilinear on tori and planes, round periodic axes.</summary>
/// <remarks>
/// Each position is a site. At a position with the fractions a and b between four points H(x) = (1 - b) ((1 - a) x_00 + a x_01) + b ((1 - a) x_10 + a x_11).
/// Without positions the middle of every cell is observed. There is no mask: a position on land is for who gives positions to leave out.
/// </remarks>
public sealed class Interpolation : ObservationOperator
{
    private readonly SparseRows _rows;
    private readonly SitePositions _positions;

    /// <summary>Makes the operator.</summary>
    /// <param name="layout">The state's layout.</param>
    /// <param name="options">The field and the positions.</param>
    /// <exception cref="ArgumentException">No such field, one on another grid than a ring, line, torus or plane, or a position that is not on it.</exception>
    public Interpolation(StateLayout layout, Options options)
    {
        var faults = new Faults("interpolation");
        var placed = new PlacedSites(layout, options, faults);
        faults.ThrowIfAny();
        _positions = placed.Positions ?? Middles(placed.Grid);
        _rows = Rows(placed.Grid, placed.Offset, _positions);
        Locations = _rows.Largest();
    }

    private Interpolation(SparseRows rows, SitePositions positions) => (_rows, _positions, Locations) = (rows, positions, rows.Largest());

    /// <inheritdoc/>
    public override IReadOnlyList<int> Locations { get; }

    /// <inheritdoc/>
    public override SitePositions Positions => _positions;

    /// <inheritdoc/>
    public override Field<T> Apply<T>(Field<T> x) => _rows.Times(x);

    /// <inheritdoc/>
    public override ObservationOperator At(ReadOnlySpan<int> sites) => new Interpolation(_rows.Of(sites), _positions.Of(sites));

    private static SitePositions Middles(Grid grid)
    {
        var at = Enumerable.Range(0, grid.Size).Select(grid.Coordinates)
            .Where(site => site.Index().All(c => grid.IsPeriodic[c.Index] || c.Item < Math.Max(grid.Shape[c.Index] - 1, 1)))
            .SelectMany(site => site.Select((c, axis) => grid.Shape[axis] == 1 ? c : c + 0.5));
        return new SitePositions(grid.Shape.Count, [.. at]);
    }

    // The corners double with each axis.
    private static SparseRows Rows(Grid grid, int offset, SitePositions positions)
    {
        var corners = 1 << positions.Dimensions;
        var (entries, weights) = (new int[corners * positions.Count], new double[corners * positions.Count]);
        Span<int> entry = stackalloc int[corners];
        Span<double> weight = stackalloc double[corners];
        for (var site = 0; site < positions.Count; site++)
        {
            (entry[0], weight[0]) = (0, 1);
            for (var axis = 0; axis < positions.Dimensions; axis++)
            {
                var (n, place) = (grid.Shape[axis], positions[site][axis]);
                var below = Math.Min((int)place, grid.IsPeriodic[axis] ? n - 1 : Math.Max(n - 2, 0));
                var (above, fraction, half) = ((below + 1) % n, place - below, 1 << axis);
                for (var corner = 0; corner < half; corner++)
                {
                    (entry[corner + half], weight[corner + half]) = ((entry[corner] * n) + above, weight[corner] * fraction);
                    (entry[corner], weight[corner]) = ((entry[corner] * n) + below, weight[corner] * (1 - fraction));
                }
            }

            for (var corner = 0; corner < corners; corner++)
            {
                (entries[(corner * positions.Count) + site], weights[(corner * positions.Count) + site]) = (entry[corner] + offset, weight[corner]);
            }
        }

        return new SparseRows(positions.Count, entries, weights);
    }

    /// <summary>The field and the positions.</summary>
    public sealed record Options : PlacedOptions;
}
