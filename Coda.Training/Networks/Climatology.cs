using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Geometry;

namespace Coda.Training.Networks;

/// <summary>Mean and standard deviation of the signal, as the observations themselves give them: their variance less that of their error.</summary>
/// <param name="Mean">One entry for each state entry; all alike on a grid that is the same everywhere. [space]</param>
/// <param name="Deviation">The standard deviation, likewise. [space]</param>
public sealed record Climatology(double[] Mean, double[] Deviation)
{
    /// <summary>Estimates the climatology, on the coordinates of the states.</summary>
    /// <param name="stretches">The training observations.</param>
    /// <param name="sigma">The standard deviation of the error of observations that have none of their own.</param>
    /// <param name="layout">The layout of the states; the sites of a field share one climatology where all fields lie on one grid that is the same
    /// everywhere, and between walls with those around them as far as they are seldom observed.</param>
    /// <param name="locations">For every site, its state entry.</param>
    /// <param name="scales">How many times as large each entry's error is; its numbers are the same multiple of those in which all are alike. Nothing for 1.
    /// [space]</param>
    /// <param name="coordinates">The coordinate of an observation at an entry, with its derivative, where it is not the observation itself.</param>
    /// <exception cref="InvalidDataException">Nothing is observed.</exception>
    public static Climatology Estimate(
        IEnumerable<ObservationStretch> stretches, double sigma, StateLayout layout, IReadOnlyList<int> locations, IReadOnlyList<float>? scales = null,
        Func<int, float, (double Value, double Slope)>? coordinates = null)
    {
        var groups = Groups(layout);
        int[] groupOf = [.. locations.Select(entry => groups[entry])];
        var (count, sum, squares) = (new double[layout.Size], new double[layout.Size], new double[layout.Size]); // [group]
        var excess = new double[layout.Size]; // of the squares of errors of observations' own over sigma's [group]
        foreach (var stretch in stretches)
        {
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                var site = i % stretch.SiteCount;
                var (observed, slope) = coordinates is null ? (stretch.Values[i], 1) : coordinates(locations[site], stretch.Values[i]);
                var (group, seen, value) = (groupOf[site], stretch.Mask[i], observed / ScaleAt(locations[site]));
                count[group] += seen;
                sum[group] += seen * value;
                squares[group] += seen * value * value;
                if (seen > 0 && (stretch.Sigma?[i] is > 0 and var given ? given : coordinates is null ? null : (double?)sigma) is { } own)
                {
                    excess[group] += Math.Pow(slope * own / ScaleAt(locations[site]), 2) - (sigma * sigma);
                }
            }
        }

        if (count.Sum() == 0)
        {
            throw new InvalidDataException(
                "Expected observations to train on, got none in the whole record; check the archive's steps and the withheld share.");
        }

        var all = Moments(count.Sum(), sum.Sum(), squares.Sum(), ErrorVariance(count.Sum(), excess.Sum()));
        if (layout.SharedGrid is RegularGrid { IsTranslationInvariant: false, Shape.Count: <= 2 } grid)
        {
            for (var first = 0; first < layout.Size; first += grid.Size)
            {
                Gather(grid, first);
            }
        }

        // A group without two observations gets the climatology of all.
        var (mean, deviation) = (new double[layout.Size], new double[layout.Size]);
        foreach (var (entry, group) in groups.Index())
        {
            (mean[entry], deviation[entry]) = count[group] > 1
                ? Moments(count[group], sum[group], squares[group], ErrorVariance(count[group], excess[group])) : all;
        }

        return new Climatology([.. mean.Select((m, i) => m * ScaleAt(i))], [.. deviation.Select((d, i) => d * ScaleAt(i))]);

        void Gather(Grid sites, int first)
        {
            var of = new Range(first, first + sites.Size);
            double[][] all = [sum, squares, excess], own = [.. all.Select(values => values[of])];
            SparseSums.Gather(sites, count.AsSpan(of), own);
            for (var i = 0; i < all.Length; i++)
            {
                own[i].CopyTo(all[i], first);
            }
        }

        double ErrorVariance(double seen, double more) => (sigma * sigma) + (more / seen);

        double ScaleAt(int entry) => scales?[entry] ?? 1;
    }

    // For every entry, the first of those that share its climatology.
    private static int[] Groups(StateLayout layout)
    {
        var (groups, isPooled) = (new List<int>(layout.Size), layout.SharedGrid is { IsTranslationInvariant: true });
        foreach (var field in layout.Fields)
        {
            var first = groups.Count;
            groups.AddRange(Enumerable.Range(first, field.Size).Select(entry => isPooled ? first : entry));
        }

        return [.. groups];
    }

    private static (double Mean, double Deviation) Moments(double count, double sum, double squares, double errorVariance)
    {
        var mean = sum / count;
        var variance = (squares / count) - (mean * mean);
        // Where the error hides the signal, a tenth of the total keeps the scale positive.
        return (mean, Math.Sqrt(Math.Max(variance - errorVariance, Math.Max(0.1 * variance, 1e-12))));
    }
}
