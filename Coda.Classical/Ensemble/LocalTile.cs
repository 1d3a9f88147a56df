using System.Numerics.Tensors;

namespace Coda.Classical.Ensemble;

/// <summary>Updates tiles, one after another: takes their rows out of the states, changes them and puts them back. For one thread.</summary>
/// <param name="localization">What is near what.</param>
/// <param name="near">The step's observations near each tile.</param>
/// <param name="members">The number of members N.</param>
/// <param name="stride">From one row to the next, at least N.</param>
/// <param name="inflation">The factor on the analyzed anomalies of the present state.</param>
internal abstract class LocalTile(Localization localization, NearObservations near, int members, int stride, double inflation)
{
    private double[] _rows = [];
    private double[] _means = [];
    private int[] _observed = [];
    private int[] _sites = [];
    private double[] _weights = [];
    private int _observedCount;

    /// <summary>The number of members N.</summary>
    protected int Members => members;

    /// <summary>The tile's points.</summary>
    protected int PointCount { get; private set; }

    /// <summary>The rows of the present state.</summary>
    protected int PresentCount => localization.Tiles.FieldCount * PointCount;

    /// <summary>All rows: entry f of point i in state s is row s · <see cref="PresentCount"/> + f · <see cref="PointCount"/> + i; the present state is the
    /// first.</summary>
    protected int RowCount { get; private set; }

    /// <summary>The observations near the tile, in their order.</summary>
    protected ReadOnlySpan<int> Observed => _observed.AsSpan(0, _observedCount);

    /// <summary>The rows of the present state without gaps, where the stride is N. [row, member]</summary>
    protected ReadOnlySpan<double> Present => _rows.AsSpan(0, PresentCount * stride);

    /// <summary>Updates a tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="states">The present state, then those that change with it.</param>
    /// <param name="observations">The step's observations.</param>
    public void Update(int tile, IReadOnlyList<EnsembleMoments> states, EnsembleObservations observations)
    {
        _observedCount = near.Find(tile, ref _observed);
        if (_observedCount == 0 && inflation == 1)
        {
            return;
        }

        var points = localization.Tiles.Points(tile);
        PointCount = points.Length;
        var count = _observedCount == 0 ? 1 : states.Count;
        RowCount = count * PresentCount;
        Grow(ref _rows, RowCount * stride);
        Grow(ref _means, RowCount);
        for (var state = 0; state < count; state++)
        {
            Gather(states[state], state * PresentCount, points);
        }

        if (_observedCount > 0)
        {
            FindWeights(Centres(points), observations);
            Update(observations);
        }

        var present = _rows.AsSpan(0, PresentCount * stride);
        TensorPrimitives.Multiply(present, inflation, present);
        for (var state = 0; state < count; state++)
        {
            Scatter(states[state], state * PresentCount, points);
        }
    }

    /// <summary>Changes rows and means by the observations near the tile.</summary>
    /// <param name="observations">The step's observations.</param>
    protected abstract void Update(EnsembleObservations observations);

    /// <summary>The points at which weights are needed: the tile's own.</summary>
    /// <param name="points">The tile's points.</param>
    protected virtual ReadOnlySpan<int> Centres(ReadOnlySpan<int> points) => points;

    /// <summary>The weight of each of <see cref="Observed"/> at one of the <see cref="Centres"/>.</summary>
    /// <param name="point">Its number among them.</param>
    protected ReadOnlySpan<double> WeightsAt(int point) => _weights.AsSpan(point * _observedCount, _observedCount);

    /// <summary>The anomalies of an entry. [member]</summary>
    /// <param name="row">Its row.</param>
    protected Span<double> Row(int row) => _rows.AsSpan(row * stride, stride);

    /// <summary>The mean of an entry.</summary>
    /// <param name="row">Its row.</param>
    protected ref double Mean(int row) => ref _means[row];

    /// <summary>Makes a buffer long enough.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="length">The length.</param>
    protected static void Grow(ref double[] buffer, int length) => buffer = buffer.Length < length ? new double[length] : buffer;

    private void FindWeights(ReadOnlySpan<int> points, EnsembleObservations observations)
    {
        _sites = _sites.Length < _observed.Length ? new int[_observed.Length] : _sites;
        for (var i = 0; i < _observedCount; i++)
        {
            _sites[i] = observations.Sites[_observed[i]];
        }

        Grow(ref _weights, points.Length * _observedCount);
        localization.Weights.Fill(points, _sites.AsSpan(0, _observedCount), _weights);
    }

    // Member by member, in which the points of a tile lie in runs.
    private void Gather(EnsembleMoments source, int row, ReadOnlySpan<int> points)
    {
        var size = source.Mean.Length;
        for (var first = 0; first < size; first += localization.Tiles.PointCount, row += points.Length)
        {
            Take(source.Mean.AsSpan(first), points, _means.AsSpan(row), 1);
            for (var m = 0; m < members; m++)
            {
                Take(source.Anomalies.AsSpan((m * size) + first), points, _rows.AsSpan((row * stride) + m), stride);
            }
        }

        static void Take(ReadOnlySpan<double> values, ReadOnlySpan<int> points, Span<double> rows, int stride)
        {
            for (var i = 0; i < points.Length; i++)
            {
                rows[i * stride] = values[points[i]];
            }
        }
    }

    private void Scatter(EnsembleMoments target, int row, ReadOnlySpan<int> points)
    {
        var size = target.Mean.Length;
        for (var first = 0; first < size; first += localization.Tiles.PointCount, row += points.Length)
        {
            Put(_means.AsSpan(row), 1, points, target.Mean.AsSpan(first));
            for (var m = 0; m < members; m++)
            {
                Put(_rows.AsSpan((row * stride) + m), stride, points, target.Anomalies.AsSpan((m * size) + first));
            }
        }

        static void Put(ReadOnlySpan<double> rows, int stride, ReadOnlySpan<int> points, Span<double> values)
        {
            for (var i = 0; i < points.Length; i++)
            {
                values[points[i]] = rows[i * stride];
            }
        }
    }
}
