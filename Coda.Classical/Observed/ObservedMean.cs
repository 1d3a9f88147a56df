using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Observed;

/// <summary>The mean of the observations at each point: the climatology that observations alone give.</summary>
internal static class ObservedMean
{
    private const int MostSteps = 4096; // of a stretch

    /// <summary>Estimates the mean; one for all points of a grid that is the same everywhere. A point without observations gets the mean of all.</summary>
    /// <param name="archive">The reference observations.</param>
    /// <param name="sites">Its sites.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>[point]</returns>
    /// <exception cref="InvalidDataException">Nothing is observed.</exception>
    public static double[] Of(IObservationArchive archive, ObservedSites sites, CancellationToken cancellation = default)
    {
        var (sums, counts) = (new double[sites.PointCount], new double[sites.PointCount]);
        foreach (var stretch in PlausibleObservations.Of(archive).ReadStretches(PieceMemory.Length(archive.Description.SiteCount, MostSteps), 0))
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                var point = sites.PointOfSite[i % stretch.SiteCount];
                sums[point] += stretch.Values[i];
                counts[point] += stretch.Mask[i];
            }
        }

        if (counts.Sum() == 0)
        {
            throw new InvalidDataException("Expected reference observations to estimate statistics from, got none in the whole record.");
        }

        var all = sums.Sum() / counts.Sum();
        return [.. sums.Zip(counts, (sum, count) => sites.Grid is not null || count == 0 ? all : sum / count)];
    }

    /// <summary>A state of means; an entry that is never observed gets the mean of all.</summary>
    /// <param name="means">The points' means. [point]</param>
    /// <param name="sites">The sites.</param>
    /// <returns>[space]</returns>
    public static float[] State(double[] means, ObservedSites sites) =>
        [.. sites.PointOfEntry.Select(point => (float)(point < 0 ? means.Average() : means[point]))];
}
