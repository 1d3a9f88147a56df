using System.Numerics.Tensors;
using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>Sums of products of pairs of observations: by lag, and by displacement on a grid that is the same everywhere, else by pair of points.</summary>
/// <remarks>
/// Values enter as departures from the mean, 0 where missing, so that a product counts only where both are observed; the same sums of masks count the pairs.
/// </remarks>
internal sealed class LagProducts
{
    private const int PieceLength = 2048;
    private const int FloatSteps = 128; // steps that are summed in single precision before they are added in double

    private readonly ObservedSites _sites;
    private readonly double[] _mean;
    private readonly ErrorVariance _noise;
    private readonly int _lags;
    private readonly int _length; // of a line of points, which the last axis goes round
    private readonly int[] _lines; // the line at every displacement from a line, [line, displacement]
    private double _noiseSum;
    private long _noiseCount;

    private LagProducts(ObservedSites sites, double[] mean, ErrorVariance noise, int lags)
    {
        (_sites, _mean, _noise, _lags) = (sites, mean, noise, lags);
        Size = sites.Grid is not null ? sites.PointCount : sites.PointCount * sites.PointCount;
        _length = sites.Grid?.Shape[^1] ?? sites.PointCount;
        _lines = sites.Grid is { } grid ? Lines(grid, sites.PointCount / _length) : [0];
        (Sums, Counts) = (new double[lags * Size], new double[lags * Size]);
    }

    /// <summary>The entries of one lag: displacements, or pairs of points.</summary>
    public int Size { get; }

    /// <summary>The sums of products x_i(t) x_j(t + lag). [lag, displacement from i to j] or [lag, i, j]</summary>
    public double[] Sums { get; }

    /// <summary>The number of pairs, likewise.</summary>
    public double[] Counts { get; }

    /// <summary>The mean variance of the errors.</summary>
    public double MeanNoise => _noiseSum / Math.Max(1, _noiseCount);

    /// <summary>Adds up a record. The result does not depend on the number of workers.</summary>
    /// <param name="archive">The reference observations.</param>
    /// <param name="sites">Its sites.</param>
    /// <param name="mean">The mean at each point. [point]</param>
    /// <param name="noise">The variance of the errors.</param>
    /// <param name="lags">The number of lags, from 0.</param>
    /// <param name="mostSteps">The most steps to use; of a longer record, evenly spaced pieces.</param>
    /// <param name="workers">Workers, or 0.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    public static LagProducts Of(IObservationArchive archive, ObservedSites sites, double[] mean, ErrorVariance noise, int lags, long mostSteps, int workers,
        CancellationToken cancellation = default)
    {
        var total = new LagProducts(sites, mean, noise, lags);
        var steps = archive.Description.TrajectoryCount * archive.Description.Steps.Count;
        var every = Math.Max(1, (int)Math.Ceiling(steps / (double)mostSteps));
        var pieces = PlausibleObservations.Of(archive).ReadStretches(PieceLength, lags - 1).Where((_, i) => i % every == 0);
        foreach (var part in InOrder.Map(pieces, InOrder.Workers(workers), () => new object(), (_, stretch) => total.Part(stretch), cancellation))
        {
            TensorPrimitives.Add(total.Sums, part.Sums, total.Sums);
            TensorPrimitives.Add(total.Counts, part.Counts, total.Counts);
            (total._noiseSum, total._noiseCount) = (total._noiseSum + part._noiseSum, total._noiseCount + part._noiseCount);
        }

        return total;
    }

    private LagProducts Part(ObservationStretch stretch)
    {
        var part = new LagProducts(_sites, _mean, _noise, _lags);
        part.Add(stretch);
        return part;
    }

    private void Add(ObservationStretch stretch)
    {
        // A line that is a ring stands twice, so that every distance is a slice.
        var width = _sites.Grid is not null ? 2 * _sites.PointCount : _sites.PointCount;
        var (values, mask) = (Rows(stretch, width, values: true), Rows(stretch, width, values: false));
        var (sums, counts) = (new float[Sums.Length], new float[Sums.Length]);
        var end = (int)stretch.Steps.Count - (_lags - 1);
        for (var first = _lags - 1; first < end; first += FloatSteps)
        {
            for (var row = first; row < Math.Min(first + FloatSteps, end); row++)
            {
                AddRow(values, mask, row, width, sums, counts);
            }

            Flush(sums, Sums);
            Flush(counts, Counts);
        }

        AddNoise(stretch);
    }

    private void AddRow(float[] values, float[] mask, int row, int width, float[] sums, float[] counts)
    {
        var (points, isStationary) = (_sites.PointCount, _sites.Grid is not null);
        for (var i = 0; i < points; i++)
        {
            var at = (row * width) + Place(i);
            for (var line = 0; mask[at] != 0 && line * _length < points; line++)
            {
                var (source, target) = isStationary
                    ? ((_lines[(i / _length * (points / _length)) + line] * 2 * _length) + (i % _length), line * _length)
                    : (0, i * points);
                for (var lag = 0; lag < _lags; lag++)
                {
                    var from = ((row + lag) * width) + source;
                    var sum = sums.AsSpan((lag * Size) + target, _length);
                    var count = counts.AsSpan((lag * Size) + target, _length);
                    TensorPrimitives.MultiplyAdd(values.AsSpan(from, _length), values[at], sum, sum);
                    TensorPrimitives.Add(mask.AsSpan(from, _length), count, count);
                }
            }
        }
    }

    // Where a point first stands in a row.
    private int Place(int point) => _sites.Grid is null ? point : point + (point / _length * _length);

    private static int[] Lines(Grid grid, int count)
    {
        var length = grid.Shape[^1];
        return [.. Enumerable.Range(0, count * count).Select(i => grid.Displaced(i / count * length, i % count * length) / length)];
    }

    // Departures from the mean, or the mask, by point. [time, point]
    private float[] Rows(ObservationStretch stretch, int width, bool values)
    {
        var rows = new float[stretch.Steps.Count * width];
        for (var i = 0; i < stretch.Mask.Length; i++)
        {
            if (stretch.Mask[i] != 0)
            {
                var point = _sites.PointOfSite[i % stretch.SiteCount];
                var at = (i / stretch.SiteCount * width) + Place(point);
                rows[at] = values ? (float)(stretch.Values[i] - _mean[point]) : 1;
                rows[_sites.Grid is not null ? at + _length : at] = rows[at];
            }
        }

        return rows;
    }

    private void AddNoise(ObservationStretch stretch)
    {
        for (var i = 0; i < stretch.Mask.Length; i++)
        {
            if (stretch.Mask[i] != 0)
            {
                _noiseSum += _noise.Of(stretch, i);
                _noiseCount++;
            }
        }
    }

    private static void Flush(float[] from, double[] into)
    {
        for (var i = 0; i < from.Length; i++)
        {
            into[i] += from[i];
        }

        Array.Clear(from);
    }
}
