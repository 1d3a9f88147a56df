using Coda.Data.Dynamics;

namespace Coda.Classical.OptimalInterpolation;

/// <summary>Mean products of pairs of observations of one field, over its variance: by distance at one step, and by lag where they are close.</summary>
/// <param name="layout">The layout.</param>
/// <param name="fieldOf">The field of each entry.</param>
/// <param name="steps">The observed steps in order, with the entries that observations lie at.</param>
/// <param name="means">The mean of each field.</param>
/// <param name="variances">Its variance, without the errors of observations.</param>
internal sealed class PairProducts(
    StateLayout layout, int[] fieldOf, List<(long Step, (int Entry, double Value)[] Seen)> steps, double[] means, double[] variances)
{
    private const int LeastPairs = 50; // fewer say nothing
    private const int MostLags = 64;

    private readonly Dictionary<int, double[]> _positions = [];

    /// <summary>The distance at which products have fallen to a share, in distances of neighbours.</summary>
    /// <param name="most">The most steps to look at.</param>
    /// <param name="share">The share.</param>
    public double Length(int most, double share)
    {
        var bins = new (double Count, double Distance, double Sum)[(int)layout.Fields.Max(f => f.Grid.Shape.Max()) + 1];
        foreach (var (_, seen) in Spread(most))
        {
            Pairs(seen, seen, double.PositiveInfinity, (i, j, distance, product) =>
            {
                var at = (int)Math.Round(distance);
                if (i < j && at < bins.Length)
                {
                    bins[at] = (bins[at].Count + 1, bins[at].Distance + distance, bins[at].Sum + product);
                }
            });
        }

        return Crossing([.. bins.Where(b => b.Count >= LeastPairs).Select(b => (b.Distance / b.Count, b.Sum / b.Count))], share);
    }

    /// <summary>The lag at which products of close pairs have fallen to a share of what they are at one step, in steps.</summary>
    /// <param name="most">The most steps to look at.</param>
    /// <param name="share">The share.</param>
    /// <param name="length">The length of correlations; pairs are close within half of it, or of a site's distance.</param>
    public double Time(int most, double share, double length)
    {
        var reach = Math.Max(0.5, length / 2);
        var lags = new SortedDictionary<long, (double Count, double Sum)>();
        foreach (var (start, seen) in Spread(most))
        {
            foreach (var (step, later) in steps.Where(s => s.Step >= start).Take(MostLags))
            {
                Pairs(seen, later, reach, (i, j, _, product) =>
                {
                    if (step > start || i < j || reach < 1)
                    {
                        lags.TryGetValue(step - start, out var sum);
                        lags[step - start] = (sum.Count + 1, sum.Sum + product);
                    }
                });
            }
        }

        (double Lag, double Product)[] means =
            [.. lags.Where(l => l.Key > 0 && l.Value.Count >= LeastPairs).Select(l => ((double)l.Key, l.Value.Sum / l.Value.Count))];
        var scale = means.Length == 0 ? 1 : Math.Max(means[0].Product, share);
        return Crossing([.. means.Select(m => (m.Lag, m.Product / scale))], share);
    }

    // Where it falls below a share, on a straight line from the point before.
    private static double Crossing((double At, double Product)[] means, double share)
    {
        var (at, product) = (0.0, 1.0);
        foreach (var mean in means)
        {
            if (mean.Product < share)
            {
                var between = (product - share) / (product - mean.Product);
                return Math.Max(0.5, at + (between * (mean.At - at)));
            }

            (at, product) = mean;
        }

        return Math.Max(0.5, at);
    }

    private IEnumerable<(long Step, (int Entry, double Value)[] Seen)> Spread(int most) => steps.Where((_, i) => i % (1 + (steps.Count / most)) == 0);

    private void Pairs((int Entry, double Value)[] first, (int Entry, double Value)[] second, double reach, Action<int, int, double, double> take)
    {
        for (var i = 0; i < first.Length; i++)
        {
            var field = fieldOf[first[i].Entry];
            var grid = layout.Fields[field].Grid;
            for (var j = 0; j < second.Length; j++)
            {
                if (fieldOf[second[j].Entry] == field
                    && grid.Distance(Position(first[i].Entry), Position(second[j].Entry)) is var distance && distance <= reach)
                {
                    take(i, j, distance, (first[i].Value - means[field]) * (second[j].Value - means[field]) / variances[field]);
                }
            }
        }
    }

    private double[] Position(int entry)
    {
        if (!_positions.TryGetValue(entry, out var position))
        {
            var field = layout.Fields[fieldOf[entry]];
            _positions.Add(entry, position = field.Grid.Position(entry - layout.OffsetOf(field.Name)));
        }

        return position;
    }
}
