using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>How fast an observed system forgets its state: the time after which the autocorrelation of the values falls below 1/e.</summary>
/// <remarks>Windows, rollouts and leads are in proportion to it, whatever a record's step and unit are.</remarks>
public static class DecorrelationTime
{
    private const int MostEntries = 1 << 18;
    private const int LeastLength = 64;
    private const int MostLag = 2000;
    private const int LeastPairs = 8;
    private const int LeastSteps = 8; // fewer tell nothing of the mean

    /// <summary>Estimates it from a record's observations, those of a part where the record is large.</summary>
    /// <param name="archive">The observations.</param>
    /// <returns>The time in steps, at least 1; <see langword="null"/> where the record does not tell.</returns>
    public static int? InSteps(IObservationArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        return InSteps([.. Sample(archive)], archive.Description.Sigma ?? 0);
    }

    /// <summary>Estimates it from stretches: the first lag of which enough pairs are observed and the autocorrelation, errors aside, is below 1/e.</summary>
    /// <param name="stretches">The observations.</param>
    /// <param name="sigma">The standard deviation of the error of an observation that has none of its own.</param>
    /// <returns>The time in steps, at least 1; <see langword="null"/> where the stretches do not tell.</returns>
    public static int? InSteps(IReadOnlyCollection<ObservationStretch> stretches, double sigma)
    {
        ArgumentNullException.ThrowIfNull(stretches);
        if (stretches.Select(ObservedSteps).DefaultIfEmpty().Max() < LeastSteps)
        {
            return null;
        }

        var (means, precisions) = Moments(stretches);
        var (count, variance) = (0.0, 0.0);
        foreach (var stretch in stretches)
        {
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                var (anomaly, error) = (stretch.Values[i] - means[i % stretch.SiteCount], stretch.Sigma?[i] is > 0 and var own ? own : sigma);
                count += stretch.Mask[i];
                variance += stretch.Mask[i] * ((anomaly * anomaly) - (error * error)) * precisions[i % stretch.SiteCount];
            }
        }

        var longest = Math.Min(MostLag, stretches.Max(stretch => stretch.Steps.Count));
        for (var lag = 1; variance > 0 && lag < longest; lag++)
        {
            var (pairs, covariance) = Covariance(stretches, means, precisions, lag);
            if (pairs >= LeastPairs && covariance < variance / count / Math.E)
            {
                return lag;
            }
        }

        return null;
    }

    /// <summary>Stretches evenly spread over the trajectories, each from a trajectory's first step; all of them where the record is small.</summary>
    /// <param name="archive">The observations.</param>
    public static IEnumerable<ObservationStretch> Sample(IObservationArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var (steps, sites, trajectories) = (archive.Description.Steps, archive.Description.SiteCount, archive.Description.TrajectoryCount);
        var length = Math.Min(steps.Count, Math.Max(LeastLength, MostEntries / sites));
        var count = (int)Math.Clamp(MostEntries / (length * sites), 1, trajectories);
        return Enumerable.Range(0, count).Select(
            i => archive.ReadObservations((int)((long)i * trajectories / count), new StepRange(steps.Start, steps.Start + length)));
    }

    private static long ObservedSteps(ObservationStretch stretch)
    {
        var steps = 0L;
        for (var first = 0; first < stretch.Mask.Length; first += stretch.SiteCount)
        {
            steps += stretch.Mask.AsSpan(first, stretch.SiteCount).ContainsAnyExcept(0f) ? 1 : 0;
        }

        return steps;
    }

    // Mean and 1/variance of each site, so that none counts more because its unit is small.
    private static (double[] Means, double[] Precisions) Moments(IReadOnlyCollection<ObservationStretch> stretches)
    {
        var sites = stretches.First().SiteCount;
        var (count, sum, squares) = (new double[sites], new double[sites], new double[sites]);
        foreach (var stretch in stretches)
        {
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                var (site, seen, value) = (i % sites, stretch.Mask[i], (double)stretch.Values[i]);
                count[site] += seen;
                sum[site] += seen * value;
                squares[site] += seen * value * value;
            }
        }

        var means = sum.Zip(count, (s, n) => n > 0 ? s / n : 0).ToArray();
        return (means, [.. means.Select((m, i) => (squares[i] / Math.Max(1, count[i])) - (m * m) is > 0 and var variance ? 1 / variance : 0)]);
    }

    private static (double Pairs, double Covariance) Covariance(
        IReadOnlyCollection<ObservationStretch> stretches, double[] means, double[] precisions, int lag)
    {
        var (pairs, sum, sites) = (0.0, 0.0, means.Length);
        foreach (var stretch in stretches)
        {
            for (int i = 0, later = lag * sites; later < stretch.Values.Length; i++, later++)
            {
                if (stretch.Mask[i] > 0 && stretch.Mask[later] > 0)
                {
                    var site = i % sites;
                    pairs++;
                    sum += (stretch.Values[i] - means[site]) * (stretch.Values[later] - means[site]) * precisions[site];
                }
            }
        }

        return (pairs, pairs > 0 ? sum / pairs : double.PositiveInfinity);
    }
}
