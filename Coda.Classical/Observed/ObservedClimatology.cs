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

    /// <summary>Estimates them; a site with few observations gets those of all whose errors are of its kind.</summary>
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

        var models = archive.Description.ErrorModels();
        var (mean, variance) = (new double[sites], new double[sites]);
        foreach (var alike in Enumerable.Range(0, sites).GroupBy(site => models[models.Count == 1 ? 0 : site]))
        {
            var count = alike.Sum(i => counts[i]);
            var all = (Mean: alike.Sum(i => sums[i]) / count, Square: alike.Sum(i => squares[i]) / count);
            foreach (var i in alike)
            {
                mean[i] = count == 0 ? 0 : counts[i] < Enough ? all.Mean : sums[i] / counts[i];
                variance[i] = count == 0 ? double.PositiveInfinity
                    : counts[i] < Enough ? all.Square - (all.Mean * all.Mean) : (squares[i] / counts[i]) - (mean[i] * mean[i]);
            }
        }

        return new(mean, variance);
    }
}
