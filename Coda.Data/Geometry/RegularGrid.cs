namespace Coda.Data.Geometry;

/// <summary>A grid of evenly spaced sites along each axis, whose coordinates are their numbers: the unit of length is the distance of two neighbours.</summary>
public abstract class RegularGrid : Grid
{
    /// <summary>Makes the grid.</summary>
    /// <param name="options">The options that it was made from.</param>
    /// <param name="shape">The number of sites along each axis, at least 1.</param>
    /// <param name="isPeriodic">For each axis, whether its ends are neighbours.</param>
    /// <exception cref="ArgumentException">An axis is empty, or the sites are more than an array holds.</exception>
    protected RegularGrid(object options, IReadOnlyList<int> shape, IReadOnlyList<bool> isPeriodic)
        : base(options, shape, isPeriodic, [.. shape.Select(n => (double)n)])
    {
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<double> Coordinates(int site)
    {
        Require(site);
        var coordinates = new double[Shape.Count];
        for (var axis = Shape.Count - 1; axis >= 0; axis--)
        {
            (coordinates[axis], site) = (site % Shape[axis], site / Shape[axis]);
        }

        return coordinates;
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<int> Neighbours(int site)
    {
        Require(site);
        var (neighbours, stride) = (new SortedSet<int>(), 1);
        for (var axis = Shape.Count - 1; axis >= 0; axis--)
        {
            var n = Shape[axis];
            var place = site / stride % n;
            foreach (var next in new[] { place - 1, place + 1 }.Where(next => IsPeriodic[axis] || (next >= 0 && next < n)))
            {
                neighbours.Add(site + ((((next + n) % n) - place) * stride));
            }

            stride *= n;
        }

        neighbours.Remove(site); // of an axis of one site
        return [.. neighbours];
    }

    /// <inheritdoc/>
    public sealed override double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var (length, squares) = (0.0, 0.0);
        for (var axis = 0; axis < Shape.Count; axis++)
        {
            var difference = Math.Abs(a[axis] - b[axis]);
            length = Extent[axis] * (IsPeriodic[axis] ? Math.Min(difference, 1 - difference) : difference);
            squares += length * length;
        }

        return Shape.Count == 1 ? length : Math.Sqrt(squares);
    }
}
