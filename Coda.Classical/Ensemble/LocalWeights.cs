using Coda.Data.Dynamics;
using Coda.Data.Geometry;

namespace Coda.Classical.Ensemble;

/// <summary>How much the observations of a site count at a point: the function of Gaspari and Cohn at their distance.</summary>
/// <remarks>Immutable; safe to share.</remarks>
internal abstract class LocalWeights
{
    /// <summary>The weight below which an observation is left out.</summary>
    public const double Least = 1e-3;

    /// <summary>Finds weights.</summary>
    /// <param name="points">The points, entries of the first field.</param>
    /// <param name="sites">The sites.</param>
    /// <param name="weights">Takes the weights. [point, site]</param>
    public abstract void Fill(ReadOnlySpan<int> points, ReadOnlySpan<int> sites, Span<double> weights);

    /// <summary>The weights on a layout: on regular grids of two and more dimensions, and on long ones of one, from a table of displacements, elsewhere from
    /// distances.</summary>
    /// <param name="layout">The states' layout, with distances.</param>
    /// <param name="locations">The entry that each site lies at or is centred on.</param>
    /// <param name="radius">The standard deviation of the Gaussian that the function is like.</param>
    public static LocalWeights Of(StateLayout layout, IReadOnlyList<int> locations, double radius) =>
        layout.SharedGrid is RegularGrid grid && (grid.Shape.Count > 1 || !OfDistances.IsKept(layout, locations))
            ? new OfDisplacements(grid, locations, radius) : new OfDistances(layout, locations, radius);

    private sealed class OfDistances(StateLayout layout, IReadOnlyList<int> locations, double radius) : LocalWeights
    {
        private const int MostKept = 1 << 20;

        private readonly LayoutDistance _distance = new(layout);
        private readonly int[] _locations = [.. locations];
        private readonly Lazy<double[]>? _kept = // [space, site]
            IsKept(layout, locations) ? new(() => Kept(new(layout), locations, layout.Size, radius)) : null;

        /// <summary>Whether the weights of all pairs are few enough to be kept.</summary>
        public static bool IsKept(StateLayout layout, IReadOnlyList<int> locations) => (long)layout.Size * locations.Count <= MostKept;

        /// <inheritdoc/>
        public override void Fill(ReadOnlySpan<int> points, ReadOnlySpan<int> sites, Span<double> weights)
        {
            var kept = _kept?.Value;
            for (var i = 0; i < points.Length; i++)
            {
                var row = weights.Slice(i * sites.Length, sites.Length);
                var point = points[i];
                for (var j = 0; j < row.Length; j++)
                {
                    row[j] = kept is null ? GaspariCohn.At(_distance.Between(point, _locations[sites[j]]), radius)
                        : kept[(point * _locations.Length) + sites[j]];
                }
            }
        }

        private static double[] Kept(LayoutDistance distance, IReadOnlyList<int> locations, int size, double radius) =>
            [.. Enumerable.Range(0, size).SelectMany(entry => locations.Select(site => GaspariCohn.At(distance.Between(entry, site), radius)))];
    }

    private sealed class OfDisplacements : LocalWeights
    {
        private readonly int[] _shape;
        private readonly int[] _period; // 0 where there are walls
        private readonly int[] _width; // of the table along each axis; weights beyond are 0
        private readonly double[] _table; // by the absolute displacement along each axis
        private readonly int[] _places; // [site, axis]

        public OfDisplacements(RegularGrid grid, IReadOnlyList<int> locations, double radius)
        {
            _shape = [.. grid.Shape];
            _period = [.. grid.Shape.Zip(grid.IsPeriodic, (n, isPeriodic) => isPeriodic ? n : 0)];
            var reach = GaspariCohn.Support(radius);
            _width = Array.ConvertAll(_shape, n => (int)Math.Min(n, Math.Floor(reach) + 1));
            _table = new double[_width.Aggregate(1, (product, n) => product * n)];
            for (var i = 0; i < _table.Length; i++)
            {
                var (square, rest) = (0.0, i);
                for (var axis = _width.Length - 1; axis >= 0; axis--)
                {
                    square += (double)(rest % _width[axis]) * (rest % _width[axis]);
                    rest /= _width[axis];
                }

                _table[i] = GaspariCohn.At(Math.Sqrt(square), radius);
            }

            _places = new int[locations.Count * _shape.Length];
            for (var site = 0; site < locations.Count; site++)
            {
                Place(locations[site] % grid.Size, _places.AsSpan(site * _shape.Length, _shape.Length));
            }
        }

        /// <inheritdoc/>
        public override void Fill(ReadOnlySpan<int> points, ReadOnlySpan<int> sites, Span<double> weights)
        {
            Span<int> place = stackalloc int[_shape.Length];
            for (var i = 0; i < points.Length; i++)
            {
                Place(points[i], place);
                var row = weights.Slice(i * sites.Length, sites.Length);
                for (var j = 0; j < row.Length; j++)
                {
                    row[j] = Weight(place, _places.AsSpan(sites[j] * place.Length, place.Length));
                }
            }
        }

        private double Weight(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
        {
            var index = 0;
            for (var axis = 0; axis < a.Length; axis++)
            {
                var displacement = Math.Abs(a[axis] - b[axis]);
                displacement = _period[axis] > 0 ? Math.Min(displacement, _period[axis] - displacement) : displacement;
                if (displacement >= _width[axis])
                {
                    return 0;
                }

                index = (index * _width[axis]) + displacement;
            }

            return _table[index];
        }

        private void Place(int site, Span<int> place)
        {
            for (var axis = place.Length - 1; axis >= 0; axis--)
            {
                (place[axis], site) = (site % _shape[axis], site / _shape[axis]);
            }
        }
    }
}
