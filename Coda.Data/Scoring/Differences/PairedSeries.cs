namespace Coda.Data.Scoring.Differences;

/// <summary>The differences of two series at the times that both have, on an even grid, each less what the mean difference would give: the linearized terms of
/// a ratio of sums.</summary>
internal sealed class PairedSeries
{
    private readonly IReadOnlyList<bool[]> _has;

    private PairedSeries(double mean, long count, int pairs, IReadOnlyList<(double[] Terms, bool[] Has)> trajectories) =>
        (Mean, Count, Pairs, Terms, _has) = (mean, count, pairs, [.. trajectories.Select(t => t.Terms)], [.. trajectories.Select(t => t.Has)]);

    /// <summary>The mean difference.</summary>
    public double Mean { get; }

    /// <summary>The number of values.</summary>
    public long Count { get; }

    /// <summary>The number of times.</summary>
    public int Pairs { get; }

    /// <summary>For each trajectory Σ (difference - mean) of each time, 0 where there is none; they sum to 0. [time]</summary>
    public IReadOnlyList<double[]> Terms { get; }

    /// <summary>The number of places of the grid.</summary>
    public int Length => Terms.Sum(t => t.Length);

    /// <summary>Σ of the terms' squares.</summary>
    public double Squares => Terms.Sum(t => t.Sum(x => x * x));

    /// <summary>The number of places of the grid of the longest trajectory.</summary>
    public int Longest => Terms.Max(t => t.Length);

    /// <summary>The share of the places of the grid that have a difference; in (0, 1].</summary>
    public double Density => (double)Pairs / Length;

    /// <summary>How the products of terms a lag apart are related to the terms' squares, from the trajectories that are longer than the lag. Without gaps it is
    /// the biased autocorrelation, those of which are the ones of a stationary process; places without a difference do not count.</summary>
    /// <param name="lag">The lag, in places of the grid.</param>
    /// <returns>0 where no trajectory is longer than the lag; NaN where some are, but no two of their differences are that far apart.</returns>
    public double Autocorrelation(int lag)
    {
        var (sum, there, places) = (0.0, 0L, 0L);
        foreach (var (terms, has) in Terms.Zip(_has))
        {
            places += Math.Max(0, terms.Length - lag);
            for (var i = 0; i + lag < terms.Length; i++)
            {
                sum += terms[i] * terms[i + lag];
                there += has[i] && has[i + lag] ? 1 : 0;
            }
        }

        return places == 0 ? 0 : sum / Squares * places / there * Density;
    }

    /// <summary>As <see cref="Autocorrelation"/>, a mean product over the mean square: not less for there being few such pairs.</summary>
    /// <param name="lag">The lag, in places of the grid, less than the longest trajectory's length.</param>
    public double Correlation(int lag) => Autocorrelation(lag) * Length / Terms.Sum(t => Math.Max(0, t.Length - lag));

    /// <summary>Pairs two series.</summary>
    /// <param name="estimate">One of them.</param>
    /// <param name="reference">The other.</param>
    /// <exception cref="ArgumentException">They share no time.</exception>
    public static PairedSeries Of(ScoreSeries estimate, ScoreSeries reference)
    {
        var others = reference.Trajectories.ToDictionary(t => t.Trajectory);
        var pairs = estimate.Trajectories.Where(t => others.ContainsKey(t.Trajectory)).Select(t => Pair(t, others[t.Trajectory]))
            .Where(p => p.Count > 0).ToList();
        if (pairs.Count == 0)
        {
            throw new ArgumentException(
                "Expected two estimates that have at least one time of one trajectory in common, got none; compare estimates of the same steps.");
        }

        var count = pairs.Sum(p => p.Sum(x => x.Count));
        var mean = pairs.Sum(p => p.Sum(x => x.Difference)) / count;
        var spacing = pairs.SelectMany(p => p.Zip(p.Skip(1), (a, b) => b.Step - a.Step)).Aggregate(0L, Divisor);
        return new(mean, count, pairs.Sum(p => p.Count), [.. pairs.Select(p => OnGrid(p, mean, Math.Max(1, spacing)))]);
    }

    /// <summary>Whether two series share a time.</summary>
    /// <param name="estimate">One of them.</param>
    /// <param name="reference">The other.</param>
    public static bool HaveCommon(ScoreSeries estimate, ScoreSeries reference) =>
        estimate.Trajectories.Any(t => reference.Trajectories.Any(r => r.Trajectory == t.Trajectory && Pair(t, r).Count > 0));

    /// <summary>The reference's mean over what is compared; nothing where they share no time.</summary>
    /// <param name="estimate">One of them.</param>
    /// <param name="reference">The other.</param>
    public static double? ReferenceMean(ScoreSeries estimate, ScoreSeries reference)
    {
        var pairs = estimate.Trajectories.SelectMany(t => reference.Trajectories.Where(r => r.Trajectory == t.Trajectory).SelectMany(r => Pair(t, r))).ToList();
        return pairs.Count == 0 ? null : pairs.Sum(p => p.Reference) / pairs.Sum(p => p.Count);
    }

    private static List<(long Step, double Difference, long Count, double Reference)> Pair(TrajectorySeries estimate, TrajectorySeries reference)
    {
        var others = reference.Steps.Index().ToDictionary(s => s.Item, s => s.Index);
        var pairs = new List<(long, double, long, double)>();
        for (var i = 0; i < estimate.Steps.Count; i++)
        {
            // Blocks of which one estimate lacks a part are no pair.
            if (others.TryGetValue(estimate.Steps[i], out var j) && estimate.Counts[i] == reference.Counts[j])
            {
                pairs.Add((estimate.Steps[i], estimate.Sums[i] - reference.Sums[j], estimate.Counts[i], reference.Sums[j]));
            }
        }

        return pairs;
    }

    private static (double[] Terms, bool[] Has) OnGrid(List<(long Step, double Difference, long Count, double Reference)> pairs, double mean, long spacing)
    {
        var terms = new double[((pairs[^1].Step - pairs[0].Step) / spacing) + 1];
        var has = new bool[terms.Length];
        foreach (var (step, difference, count, _) in pairs)
        {
            var place = (step - pairs[0].Step) / spacing;
            (terms[place], has[place]) = (difference - (mean * count), true);
        }

        return (terms, has);
    }

    private static long Divisor(long a, long b) => b == 0 ? a : Divisor(b, a % b);
}
