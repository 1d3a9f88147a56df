using Coda.Data.Archives;

namespace Coda.Training.Networks;

/// <summary>Mean and standard deviation of the signal, as the observations themselves give them: their variance less that of their error.</summary>
/// <param name="Mean">One entry for each state entry; all alike on a grid that is the same everywhere. [space]</param>
/// <param name="Deviation">The standard deviation, likewise. [space]</param>
public sealed record Climatology(double[] Mean, double[] Deviation)
{
    /// <summary>Estimates the climatology.</summary>
    /// <param name="stretches">The training observations.</param>
    /// <param name="sigma">The standard deviation of the observation error.</param>
    /// <param name="size">The length of the state.</param>
    /// <param name="locations">For every site, its state entry.</param>
    /// <param name="isPooled">Whether all sites share one climatology.</param>
    /// <param name="scales">How many times as large each entry's error is; its numbers are the same multiple of those in which all are alike. Nothing for 1.
    /// [space]</param>
    /// <exception cref="InvalidDataException">Nothing is observed.</exception>
    public static Climatology Estimate(
        IEnumerable<ObservationStretch> stretches, double sigma, int size, IReadOnlyList<int> locations, bool isPooled, IReadOnlyList<float>? scales = null)
    {
        var groups = isPooled ? 1 : locations.Count;
        var (count, sum, squares) = (new double[groups], new double[groups], new double[groups]);
        foreach (var stretch in stretches)
        {
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                var site = i % stretch.SiteCount;
                var (group, seen, value) = (isPooled ? 0 : site, stretch.Mask[i], stretch.Values[i] / ScaleAt(locations[site]));
                count[group] += seen;
                sum[group] += seen * value;
                squares[group] += seen * value * value;
            }
        }

        if (count.Sum() == 0)
        {
            throw new InvalidDataException(
                "Expected observations to train on, got none in the whole record; check the archive's steps and the withheld share.");
        }

        // A state entry without two observations gets the climatology of all.
        var (allMean, allDeviation) = Moments(count.Sum(), sum.Sum(), squares.Sum(), sigma);
        var (mean, deviation) = (Enumerable.Repeat(allMean, size).ToArray(), Enumerable.Repeat(allDeviation, size).ToArray());
        for (var site = 0; site < locations.Count && !isPooled; site++)
        {
            if (count[site] > 1)
            {
                (mean[locations[site]], deviation[locations[site]]) = Moments(count[site], sum[site], squares[site], sigma);
            }
        }

        return new Climatology([.. mean.Select((m, i) => m * ScaleAt(i))], [.. deviation.Select((d, i) => d * ScaleAt(i))]);

        double ScaleAt(int entry) => scales?[entry] ?? 1;
    }

    private static (double Mean, double Deviation) Moments(double count, double sum, double squares, double sigma)
    {
        var mean = sum / count;
        var variance = (squares / count) - (mean * mean);
        // Where the error hides the signal, a tenth of the total keeps the scale positive.
        return (mean, Math.Sqrt(Math.Max(variance - (sigma * sigma), Math.Max(0.1 * variance, 1e-12))));
    }
}
