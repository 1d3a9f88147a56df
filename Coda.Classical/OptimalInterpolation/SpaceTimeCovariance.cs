using System.Numerics;
using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>The stationary covariance of the signal in space and time, C(lag, i, j) = cov(x_i(t), x_j(t + lag)); on a grid that is the same everywhere it
/// depends on j - i only.</summary>
/// <remarks>
/// Estimated from observations alone: the mean product of all pairs, less the error's variance where both are the same observation. Lags up to half of
/// <see cref="Reach"/> are kept as they are; from there a cosine takes the covariance to 0 at twice <see cref="Reach"/>, and its spectrum is cleared of
/// negative powers and noise (<see cref="NoiseShrinkage"/>), so that every covariance matrix made from it is positive definite.
/// </remarks>
internal sealed class SpaceTimeCovariance
{
    private const int BytesOfProducts = 24; // sums and counts, in double precision and in single
    private const int BytesOfSpectrum = 48;
    private const int BytesOfTable = 12;
    private const int LeastTaper = 50; // steps
    private const int LeastPairs = 10; // fewer give no estimate worth having

    private readonly double[] _table; // [lag + reach, column, displacement twice] or [lag + reach, point, point]

    private readonly int _columns; // those of the table where it depends on displacements only, else 0

    private SpaceTimeCovariance(double[] table, int reach, ObservedSites sites, double variance, double noise) =>
        (_table, Reach, PointCount, _columns, Variance, MeanNoise) = (table, reach, sites.PointCount, Columns(sites), variance, noise);

    /// <summary>The greatest lag, in steps.</summary>
    public int Reach { get; }

    /// <summary>The number of points.</summary>
    public int PointCount { get; }

    /// <summary>The mean variance of the signal.</summary>
    public double Variance { get; }

    /// <summary>The mean variance of the observations' errors.</summary>
    public double MeanNoise { get; }

    /// <summary>Estimates the covariance.</summary>
    /// <param name="archive">The reference observations.</param>
    /// <param name="sites">Its sites.</param>
    /// <param name="mean">The mean at each point. [point]</param>
    /// <param name="noise">The variance of the observations' errors.</param>
    /// <param name="reach">The greatest lag needed, in steps.</param>
    /// <param name="mostSteps">The most steps to use.</param>
    /// <param name="cancellation">Stops the estimation.</param>
    public static SpaceTimeCovariance Estimate(
        IObservationArchive archive, ObservedSites sites, double[] mean, ErrorVariance noise, int reach, long mostSteps, CancellationToken cancellation =
            default)
    {
        var last = LastLag(reach, archive.Description.Steps.Count);
        var products = LagProducts.Of(archive, sites, mean, noise, last + 1, mostSteps, 0, cancellation);
        var covariance = Normalize(products, sites, products.MeanNoise);
        Taper(covariance, products.Size, Math.Min(reach, last) / 2, last);
        var clipped = sites.Grid is { } grid ? PeriodicSpectrum.Clip(covariance, last + 1, grid) : PairSpectrum.Clip(covariance, last + 1, sites.PointCount);
        return new SpaceTimeCovariance(Table(clipped, sites, reach, last), reach, sites, MeanVariance(clipped, sites), products.MeanNoise);
    }

    /// <summary>The memory that an estimate takes, about.</summary>
    /// <param name="sites">The sites.</param>
    /// <param name="steps">The steps of a trajectory of the reference observations.</param>
    /// <param name="reach">The greatest lag needed, in steps.</param>
    public static MemoryNeed Memory(ObservedSites sites, long steps, long reach)
    {
        var (lags, size) = (LastLag(reach, steps) + 1.0, sites.Grid is not null ? sites.PointCount : (double)sites.PointCount * sites.PointCount);
        return new MemoryNeed("Covariance")
            .AddArray(FormattableString.Invariant($"products of {lags} lags and {size} distances"), BytesOfProducts, lags, size)
            .Add(FormattableString.Invariant($"such products of {Environment.ProcessorCount} cores"), BytesOfProducts, Environment.ProcessorCount, lags, size)
            .AddArray(FormattableString.Invariant($"the spectrum of {lags} lags and {size} distances"), BytesOfSpectrum, 2, lags, size)
            .AddArray(
                FormattableString.Invariant($"the covariance of {(2 * reach) + 1} lags"), BytesOfTable, (2.0 * reach) + 1, 2 * Math.Max(1, Columns(sites)),
                size);
    }

    /// <summary>The covariances of one point with all points a lag later, as numbers of another precision.</summary>
    /// <typeparam name="F">The precision.</typeparam>
    public CovarianceRows<F> As<F>()
        where F : unmanaged, IBinaryFloatingPointIeee754<F> => new(Array.ConvertAll(_table, F.CreateTruncating), Reach, PointCount, _columns);

    private static int Columns(ObservedSites sites) => sites.Grid is { } grid ? grid.Size / grid.Shape[0] : 0;

    private static int LastLag(long reach, long steps) => (int)Math.Max(1, Math.Min(reach + Math.Max(reach, LeastTaper), steps - 1));

    private static double[] Normalize(LagProducts products, ObservedSites sites, double noise)
    {
        var covariance = new double[products.Sums.Length];
        for (var i = 0; i < covariance.Length; i++)
        {
            covariance[i] = products.Counts[i] >= LeastPairs ? products.Sums[i] / products.Counts[i] : sites.Grid is not null ? double.NaN : 0;
        }

        for (var point = 0; point < (sites.Grid is not null ? 1 : sites.PointCount); point++)
        {
            ref var variance = ref covariance[point * (sites.PointCount + 1)];
            // Where the error hides the signal, a tenth of the total keeps it positive.
            variance = Math.Max(variance - noise, 0.1 * variance);
        }

        if (sites.Grid is { } grid)
        {
            FillDisplacements(covariance, grid);
        }

        return covariance;
    }

    // A displacement that no pair of sites has lies on the line between its neighbours that some pair has: along the last axis first, then along the others.
    private static void FillDisplacements(double[] covariance, Grid grid)
    {
        var stride = 1;
        foreach (var size in grid.Shape.Reverse())
        {
            for (var line = 0; line < covariance.Length / size; line++)
            {
                FillLine(covariance, (line / stride * stride * size) + (line % stride), stride, size);
            }

            stride *= size;
        }

        foreach (ref var value in covariance.AsSpan())
        {
            value = double.IsFinite(value) ? value : 0;
        }
    }

    private static void FillLine(double[] covariance, int start, int stride, int size)
    {
        ref double At(int d) => ref covariance[start + (d * stride)];
        var known = Enumerable.Range(0, size).Where(d => double.IsFinite(At(d))).ToArray();
        foreach (var d in known.Length == 0 ? [] : Enumerable.Range(0, size).Except(known))
        {
            var (before, after) = (known.LastOrDefault(k => k < d, known[^1] - size), known.FirstOrDefault(k => k > d, known[0] + size));
            var share = (d - before) / (double)(after - before);
            At(d) = ((1 - share) * At((before + size) % size)) + (share * At(after % size));
        }
    }

    private static void Taper(double[] covariance, int size, int start, int last)
    {
        for (var lag = start; lag <= last; lag++)
        {
            var weight = 0.5 * (1 + Math.Cos(Math.PI * (lag - start) / (last - start)));
            foreach (ref var value in covariance.AsSpan(lag * size, size))
            {
                value *= weight;
            }
        }
    }

    private static double[] Table(double[] covariance, ObservedSites sites, int reach, int last)
    {
        var points = sites.PointCount;
        var (rows, width) = sites.Grid is not null ? (Columns(sites), 2 * points) : (points, points);
        var table = new double[((2 * reach) + 1) * rows * width];
        for (var lag = -Math.Min(reach, last); lag <= Math.Min(reach, last); lag++)
        {
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < width; j++)
                {
                    var (a, b) = lag >= 0 ? (i, j) : (j, i);
                    var value = sites.Grid is { } grid
                        ? covariance[(Math.Abs(lag) * points) + grid.Displacement(a % points, b % points)]
                        : covariance[(((Math.Abs(lag) * points) + a) * points) + b];
                    table[((((lag + reach) * rows) + i) * width) + j] = value;
                }
            }
        }

        return table;
    }

    private static double MeanVariance(double[] covariance, ObservedSites sites) => sites.Grid is not null
        ? covariance[0]
        : Enumerable.Range(0, sites.PointCount).Average(i => covariance[i * (sites.PointCount + 1)]);
}
