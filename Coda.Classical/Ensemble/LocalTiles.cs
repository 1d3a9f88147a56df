using Coda.Data.Dynamics;

namespace Coda.Classical.Ensemble;

/// <summary>The points of a state in tiles of some dozens that lie together, and for each tile those that are near it.</summary>
/// <remarks>
/// A point is a site with its entry of every field, where all fields lie on one grid; else a single entry. Points are halved along the axis that they reach
/// farthest along until a tile is small; tiles are near whose balls the reach connects, found down the same tree, so that the work goes as the number of points
/// times its logarithm. That needs of the geometry that distance is a metric and nothing else. Immutable; safe to share.
/// </remarks>
internal sealed class LocalTiles
{
    /// <summary>The most points of a tile, where nothing else is asked for.</summary>
    public const int MostPoints = 64;

    private readonly LayoutDistance _distance;
    private readonly double _reach;
    private readonly int _mostPoints;
    private readonly double[][] _axes; // [dimension][point]
    private readonly List<Ball> _balls = []; // of tiles
    private readonly int[] _order; // points, tile after tile
    private readonly int[] _tileOf; // [point]
    private readonly int[][] _near;

    /// <summary>Finds the tiles.</summary>
    /// <param name="layout">The states' layout, with distances.</param>
    /// <param name="reach">The distance up to which points matter to each other, at least 0.</param>
    /// <param name="mostPoints">The most points of a tile.</param>
    public LocalTiles(StateLayout layout, double reach, int mostPoints = MostPoints)
    {
        (_distance, _reach, _mostPoints) = (new(layout), reach, mostPoints);
        FieldCount = layout.SharedGrid is null ? 1 : layout.Fields.Count;
        PointCount = layout.Size / FieldCount;
        (_order, _tileOf) = ([.. Enumerable.Range(0, PointCount)], new int[PointCount]);
        var coordinates = Array.ConvertAll(_order, _distance.Coordinates);
        _axes = [.. Enumerable.Range(0, coordinates[0].Length).Select(a => Array.ConvertAll(coordinates, c => c[a]))];
        var root = Split(0, PointCount);
        _near = [.. _balls.Select(ball =>
        {
            var near = new List<int>();
            Find(root, ball, near);
            return near.ToArray();
        })];
    }

    /// <summary>The number of tiles.</summary>
    public int Count => _balls.Count;

    /// <summary>The number of points.</summary>
    public int PointCount { get; }

    /// <summary>The entries of each point; field f of point i is entry f · <see cref="PointCount"/> + i.</summary>
    public int FieldCount { get; }

    /// <summary>The points of a tile.</summary>
    /// <param name="tile">The tile.</param>
    public ReadOnlySpan<int> Points(int tile) => _order.AsSpan(_balls[tile].Start.._balls[tile].End);

    /// <summary>The tiles near a tile, itself among them.</summary>
    /// <param name="tile">The tile.</param>
    public ReadOnlySpan<int> Near(int tile) => _near[tile];

    /// <summary>The point of an entry.</summary>
    /// <param name="entry">A state entry.</param>
    public int PointOf(int entry) => entry % PointCount;

    /// <summary>The tile of a point.</summary>
    /// <param name="point">The point.</param>
    public int TileOf(int point) => _tileOf[point];

    private Ball Split(int start, int end)
    {
        var points = _order.AsSpan(start..end);
        var ranges = Ranges(points);
        if (points.Length <= _mostPoints)
        {
            return Leaf(start, end, ranges);
        }

        var axis = Enumerable.Range(0, ranges.Length).MaxBy(a => ranges[a].Most - ranges[a].Least);
        var keys = new double[points.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = _axes[axis][points[i]];
        }

        keys.AsSpan().Sort(points);
        var middle = start + Middle(keys);
        var (left, right) = (Split(start, middle), Split(middle, end));
        var apart = _distance.Between(left.Centre, right.Centre);
        return left with { Radius = Math.Max(left.Radius, apart + right.Radius), Left = left, Right = right };
    }

    // Not through a row of points, where there is another way.
    private static int Middle(double[] keys)
    {
        var half = keys.Length / 2;
        for (var (low, high) = (half, half + 1); low > 0 || high < keys.Length; low--, high++)
        {
            if (low > 0 && keys[low - 1] < keys[low])
            {
                return low;
            }

            if (high < keys.Length && keys[high - 1] < keys[high])
            {
                return high;
            }
        }

        return half;
    }

    // A ball about the point nearest to the middle of their coordinates.
    private Ball Leaf(int start, int end, (double Least, double Most)[] ranges)
    {
        var points = _order.AsSpan(start..end);
        points.Sort();
        var (centre, nearest) = (points[0], double.PositiveInfinity);
        var middle = Array.ConvertAll(ranges, range => (range.Least + range.Most) / 2);
        foreach (var point in points)
        {
            _tileOf[point] = _balls.Count;
            var square = 0.0;
            for (var a = 0; a < _axes.Length; a++)
            {
                square += (_axes[a][point] - middle[a]) * (_axes[a][point] - middle[a]);
            }

            (centre, nearest) = square < nearest ? (point, square) : (centre, nearest);
        }

        var radius = 0.0;
        foreach (var point in points)
        {
            radius = Math.Max(radius, _distance.Between(centre, point));
        }

        _balls.Add(new Ball(start, end, centre, radius) { Tile = _balls.Count });
        return _balls[^1];
    }

    private (double Least, double Most)[] Ranges(ReadOnlySpan<int> points)
    {
        var ranges = new (double Least, double Most)[_axes.Length];
        for (var a = 0; a < ranges.Length; a++)
        {
            var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var point in points)
            {
                (least, most) = (Math.Min(least, _axes[a][point]), Math.Max(most, _axes[a][point]));
            }

            ranges[a] = (least, most);
        }

        return ranges;
    }

    private void Find(Ball from, Ball tile, List<int> near)
    {
        if (_distance.Between(from.Centre, tile.Centre) > from.Radius + tile.Radius + _reach)
        {
            return;
        }

        if (from.Left is null)
        {
            near.Add(from.Tile);
            return;
        }

        Find(from.Left, tile, near);
        Find(from.Right!, tile, near);
    }

    private sealed record Ball(int Start, int End, int Centre, double Radius)
    {
        public int Tile { get; init; }

        public Ball? Left { get; init; }

        public Ball? Right { get; init; }
    }
}
