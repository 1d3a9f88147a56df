using Coda.Classical.Correlations;
using Coda.Classical.Observed;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Inference.Assimilation;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>What sparse observations say of fields: mean and variance of each, and how far in space and time they are correlated.</summary>
/// <remarks>Lengths are where the mean product of pairs falls to exp(-1/2) of the variance. Immutable; safe to share.</remarks>
/// <param name="Mean">The mean, one for each field. [space]</param>
/// <param name="Covariance">The covariance at one time.</param>
/// <param name="TimeScale">The length of correlations exp(-t² / 2 T²) in time, in steps.</param>
internal sealed record FieldStatistics(double[] Mean, ICovariance Covariance, double TimeScale)
{
    private const int MostOfPiece = 256; // steps that are read at a time
    private const int MostSteps = 48;  // whose pairs are looked at
    private const int MostOfStep = 300; // observations of such a step
    private const double LeastSignal = 0.1; // of the variance that is observed
    private const double Fall = 0.6065306597126334; // exp(-1/2)

    /// <summary>Estimates them.</summary>
    /// <param name="archive">The reference observations.</param>
    /// <param name="locations">The state entry that each site lies at.</param>
    /// <param name="noise">The variance of the errors.</param>
    /// <param name="options">Lengths that are given, and the most steps to use.</param>
    /// <param name="cancellation">Stops between stretches.</param>
    /// <exception cref="InvalidDataException">A field is not observed.</exception>
    public static FieldStatistics Of(
        IObservationArchive archive, IReadOnlyList<int> locations, ErrorVariance noise, FieldOptimalInterpolation.Options options,
        CancellationToken cancellation)
    {
        var layout = archive.Description.Layout;
        int[] fieldOf = [.. layout.Fields.SelectMany((field, i) => Enumerable.Repeat(i, field.Size))];
        var sums = new (double Count, double Sum, double Squares, double Noise)[layout.Fields.Count];
        var steps = new List<(long Step, (int Entry, double Value)[] Seen)>();
        var (left, length) = (options.StatisticsSteps, PieceMemory.Length(archive.Description.SiteCount, MostOfPiece));
        foreach (var stretch in PlausibleObservations.Of(archive).ReadStretches(length, 0).TakeWhile(_ => left > 0))
        {
            cancellation.ThrowIfCancellationRequested();
            left -= stretch.Steps.Count;
            for (var row = 0; row < stretch.Steps.Count; row++)
            {
                var seen = new List<(int, double)>();
                for (var site = 0; site < stretch.SiteCount; site++)
                {
                    var at = (row * stretch.SiteCount) + site;
                    if (stretch.Mask[at] != 0)
                    {
                        ref var sum = ref sums[fieldOf[locations[site]]];
                        var value = stretch.Values[at];
                        sum = (sum.Count + 1, sum.Sum + value, sum.Squares + ((double)value * value), sum.Noise + noise.Of(stretch, at));
                        seen.Add((locations[site], value));
                    }
                }

                if (seen.Count > 0 && stretch.Trajectory == 0)
                {
                    var every = 1 + (seen.Count / MostOfStep);
                    steps.Add((stretch.Steps.Start + row, [.. seen.Where((_, i) => i % every == 0)]));
                }
            }
        }

        if (Array.FindIndex(sums, s => s.Count < 2) is >= 0 and var unseen)
        {
            throw new InvalidDataException(
                $"Expected observations of every field, got none of '{layout.Fields[unseen].Name}'; take three-dvar, whose model knows it.");
        }

        var means = Array.ConvertAll(sums, s => s.Sum / s.Count);
        double[] variances = [.. sums.Select((s, f) => (s.Squares / s.Count) - (means[f] * means[f]))];
        variances = [.. variances.Select((v, f) => Math.Max(v - (sums[f].Noise / sums[f].Count), LeastSignal * v))];
        var pairs = new PairProducts(layout, fieldOf, steps, means, variances);
        var scale = options.LengthScale ?? pairs.Length(MostSteps, Fall);
        var time = options.TimeScale ?? pairs.Time(MostSteps, Fall, scale);
        return new FieldStatistics(
            [.. fieldOf.Select(f => means[f])], SpectralEstimate.Gaussian(layout, [.. fieldOf.Select(f => variances[f])], scale), time);
    }
}
