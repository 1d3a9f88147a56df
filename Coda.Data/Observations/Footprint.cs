using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Observations;

/// <summary>An instrument with a footprint: the mean of a field over a disc, or with Gaussian weights, around positions or every point of its
/// grid.</summary>
/// <remarks>
/// H(x)_s = Σ w_si x_i / Σ w_si, over the points i that are there: at walls the footprint is cut. w = 1 up to the radius r, or exp(-d² / 2 r²) up to 3 r,
/// with d the distance in units of the grid. Of a footprint that reaches no point, the nearest one counts. <see cref="NeighbourMean"/> is the disc around
/// every point of a state of one field, made of shifts, so that its graph runs on rings of any size.
/// </remarks>
public sealed class Footprint : ObservationOperator
{
    private const double Reach = 3; // deviations of a Gaussian
    private const long MostEntries = 1L << 28;

    private readonly SparseRows _rows;
    private readonly SitePositions _positions;

    /// <summary>Makes the operator.</summary>
    /// <param name="layout">The state's layout.</param>
    /// <param name="options">The field, the positions and the footprint.</param>
    /// <exception cref="ArgumentException">No such field, one on another grid than a ring, line, torus or plane, a position that is not on it, or a footprint
    /// that is as wide as a periodic axis.</exception>
    public Footprint(StateLayout layout, Options options)
    {
        var faults = new Faults("footprint");
        faults.Require(options.Radius is > 0 and < double.PositiveInfinity, nameof(options.Radius), "a number greater than 0", options.Radius);
        var placed = new PlacedSites(layout, options, faults);
        faults.ThrowIfAny();
        var (grid, reach) = (placed.Grid, options.Radius * (options.Shape == FootprintShape.Gaussian ? Reach : 1));
        var most = grid.Shape.Where((_, axis) => grid.IsPeriodic[axis]).DefaultIfEmpty(int.MaxValue).Min(); // none twice round an axis
        _positions = placed.Positions ?? new SitePositions(grid.Shape.Count, [.. Enumerable.Range(0, grid.Size).SelectMany(grid.Coordinates)]);
        var entries = _positions.Count * Math.Pow((2 * Math.Ceiling(reach)) + 1, grid.Shape.Count);
        faults.Require((2 * reach) + 1 <= most, nameof(options.Radius), $"a footprint of at most {most} points across, of {options.Shape}", (2 * reach) + 1)
            .Require(entries <= MostEntries, nameof(options.Radius), $"at most {MostEntries} points in all footprints", entries)
            .ThrowIfAny();
        var rows = Enumerable.Range(0, _positions.Count).Select(site => Row(grid, placed.Offset, _positions[site], options, reach));
        _rows = SparseRows.Of([.. rows]);
        Locations = _rows.Largest();
    }

    private Footprint(SparseRows rows, SitePositions positions) => (_rows, _positions, Locations) = (rows, positions, rows.Largest());

    /// <inheritdoc/>
    public override IReadOnlyList<int> Locations { get; }

    /// <inheritdoc/>
    public override SitePositions Positions => _positions;

    /// <inheritdoc/>
    public override Field<T> Apply<T>(Field<T> x) => _rows.Times(x);

    /// <inheritdoc/>
    public override ObservationOperator At(ReadOnlySpan<int> sites) => new Footprint(_rows.Of(sites), _positions.Of(sites));

    // The nearest point comes first, which stands for the place of the site.
    private static (int Entry, double Weight)[] Row(Grid grid, int offset, ReadOnlySpan<double> place, Options options, double reach)
    {
        List<(int Entry, double Squares)> near = [(0, 0)];
        for (var axis = 0; axis < place.Length; axis++)
        {
            var (n, at, wide) = (grid.Shape[axis], place[axis], grid.IsPeriodic[axis]);
            var first = (int)Math.Ceiling(at - Math.Max(reach, 0.5));
            var along = Enumerable.Range(first, (int)Math.Floor(at + Math.Max(reach, 0.5)) - first + 1).Where(i => wide || (i >= 0 && i < n));
            near = [.. near.SelectMany(_ => along, (c, i) => ((c.Entry * n) + (((i % n) + n) % n), c.Squares + ((i - at) * (i - at))))];
        }

        near = [.. near.OrderBy(c => c.Squares)];
        var sharpness = options.Shape == FootprintShape.Gaussian ? 1 / (2 * options.Radius * options.Radius) : 0;
        (int Entry, double Weight)[] within =
        [
            .. near.Where((c, i) => i == 0 || c.Squares <= reach * reach).Select(c => (c.Entry, Math.Exp(-sharpness * (c.Squares - near[0].Squares)))),
        ];
        var sum = within.Sum(c => c.Weight);
        return Array.ConvertAll(within, c => (c.Entry + offset, c.Weight / sum));
    }

    /// <summary>The field, the positions and the footprint.</summary>
    public sealed record Options : PlacedOptions
    {
        /// <summary>The radius of the disc, or the deviation of the Gaussian, in units of the grid: the distance of two neighbours is 1.</summary>
        public double Radius { get; init; } = 1;

        /// <summary>How the points count.</summary>
        public FootprintShape Shape { get; init; }
    }
}
