namespace Coda.Data.Scoring.Differences;

/// <summary>The differences of two series at the times that both have, on an even grid, each less what the mean difference would give: the linearized terms of
/// a ratio of sums.</summary>
internal sealed class PairedSeries
{
    private PairedSeries(double mean, long count, int pairs, IReadOnlyList<double[]> terms) =>
        (Mean, Count, Pairs, Terms) = (mean, count, pairs, terms);

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

    private static List<(long Step, double Difference, long Count)> Pair(TrajectorySeries estimate, TrajectorySeries reference)
    {
        var others = reference.Steps.Index().ToDictionary(s => s.Item, s => s.Index);
        var pairs = new List<(long, double, long)>();
        for (var i = 0; i < estimate.Steps.Count; i++)
        {
            // Blocks of which one estimate lacks a part are no pair.
            if (others.TryGetValue(estimate.Steps[i], out var j) && estimate.Counts[i] == reference.Counts[j])
            {
                pairs.Add((estimate.Steps[i], estimate.Sums[i] - reference.Sums[j], estimate.Counts[i]));
            }
        }

        return pairs;
    }

    private static double[] OnGrid(List<(long Step, double Difference, long Count)> pairs, double mean, long spacing)
    {
        var terms = new double[((pairs[^1].Step - pairs[0].Step) / spacing) + 1];
        foreach (var (step, difference, count) in pairs)
        {
            terms[(step - pairs[0].Step) / spacing] = difference - (mean * count);
        }

        return terms;
    }

    private static long Divisor(long a, long b) => b == 0 ? a : Divisor(b, a % b);
}
