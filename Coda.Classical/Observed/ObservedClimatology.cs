using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Time;

namespace Coda.Classical.Observed;

/// <summary>Mean and variance of the observed values at each site, from the first part of a record.</summary>
/// <param name="Mean">[site]</param>
/// <param name="Variance">That of the observations, their errors included; infinite where nothing is observed. [site]</param>
internal sealed record ObservedClimatology(double[] Mean, double[] Variance)
{
    private const int MostEntries = 1 << 20;
    private const int MostSteps = 2048;
    private const int Enough = 30;

    /// <summary>Estimates them; a site with few observations gets the numbers of all.</summary>
    /// <param name="archive">The reference observations.</param>
    public static ObservedClimatology Of(IObservationArchive archive)
    {
        archive = PlausibleObservations.Of(archive);
        var (sites, steps) = (archive.Description.SiteCount, archive.Description.Steps);
        var length = (int)Math.Min(steps.Count, Math.Clamp(MostEntries / sites / 4, 1, MostSteps));
        var (counts, sums, squares) = (new double[sites], new double[sites], new double[sites]);
        for (var (trajectory, read) = (0, 0L); trajectory < archive.Description.TrajectoryCount && read < MostEntries; trajectory++)
        {
            var stretch = archive.ReadObservations(trajectory, new StepRange(steps.Start, steps.Start + length));
            read += stretch.Values.Length;
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                double value = stretch.Values[i];
                counts[i % sites] += stretch.Mask[i];
                sums[i % sites] += value;
                squares[i % sites] += value * value;
            }
        }

        var all = (Mean: sums.Sum() / counts.Sum(), Square: squares.Sum() / counts.Sum());
        var mean = counts.Select((n, i) => n < Enough ? all.Mean : sums[i] / n).ToArray();
        var variance = counts.Select((n, i) => n < Enough ? all.Square - (all.Mean * all.Mean) : (squares[i] / n) - (mean[i] * mean[i]));
        return counts.Sum() == 0
            ? new(new double[sites], [.. Enumerable.Repeat(double.PositiveInfinity, sites)])
            : new(mean, [.. variance]);
    }
}
