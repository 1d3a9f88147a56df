using Coda.Data.Algebra;

namespace Coda.Data.Coverage;

/// <summary>Quantiles that cover a further draw with at least their level, whatever the distribution is: split conformal prediction.</summary>
/// <remarks>
/// Of n scores r that are exchangeable with the next one, the ⌈(n + 1) (1 - α)⌉-th smallest is not exceeded by it with probability at least 1 - α, and at most
/// 1 - α + 1/(n + 1) where there are no ties: Vovk, Gammerman and Shafer (2005); Lei, G'Sell, Rinaldo, Tibshirani and Wasserman (2018), theorem 2.2,
/// doi:10.1080/01621459.2017.1307116. Scores that come in clusters, as of sites at one time, are exchangeable by cluster only, and there are but as many as
/// there are clusters: Dunn, Wasserman and Ramdas (2023), doi:10.1080/01621459.2022.2060112.
/// </remarks>
public static class ConformalQuantile
{
    private const double Rounding = 1e-9; // of (n + 1) (1 - α) in binary, which must not push a whole number up

    /// <summary>The fewest scores that have the quantile: ⌈(1 - α) / α⌉, 19 at 95 %.</summary>
    /// <param name="level">The level 1 - α, in (0, 1).</param>
    public static int LeastCount(double level) => (int)Math.Ceiling((level / (1 - level)) - Rounding);

    /// <summary>Which of the sorted scores it is, from 1: ⌈(n + 1) (1 - α)⌉.</summary>
    /// <param name="count">The number of scores n.</param>
    /// <param name="level">The level 1 - α, in (0, 1).</param>
    public static int Rank(int count, double level) => (int)Math.Ceiling(((count + 1) * level) - Rounding);

    /// <summary>The quantile of clusters that are exchangeable with the next one, each of the same weight: the least q that of the draw of a random one of n,
    /// and of an unknown next one beside them, is not exceeded with at least the level.</summary>
    /// <param name="clusters">The scores of each, none of them empty.</param>
    /// <param name="level">The level 1 - α, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not in (0, 1).</exception>
    /// <exception cref="ArgumentException">Fewer clusters than the level needs scores.</exception>
    public static double OfClusters(IReadOnlyCollection<IReadOnlyCollection<double>> clusters, double level)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        RequireLevel(level);
        RequireCount(clusters.Count, level);
        var (sum, needed) = (0.0, ((clusters.Count + 1) * level) - Rounding);
        var last = 0.0;
        foreach (var (score, weight) in clusters.SelectMany(c => c.Select(score => (score, 1.0 / c.Count))).OrderBy(s => s.score))
        {
            (sum, last) = (sum + weight, score);
            if (sum >= needed)
            {
                break;
            }
        }

        return last;
    }

    /// <summary>The quantile.</summary>
    /// <param name="scores">The scores, in any order.</param>
    /// <param name="level">The level 1 - α, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not in (0, 1).</exception>
    /// <exception cref="ArgumentException">Fewer scores than the level needs.</exception>
    public static double Of(IEnumerable<double> scores, double level)
    {
        ArgumentNullException.ThrowIfNull(scores);
        RequireLevel(level);
        var sorted = scores.ToArray();
        Array.Sort(sorted);
        RequireCount(sorted.Length, level);
        return sorted[Rank(sorted.Length, level) - 1];
    }

    /// <summary>The z with P(|Z| ≤ z) = level of a standard normal Z.</summary>
    /// <param name="level">The level, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not in (0, 1).</exception>
    public static double OfNormal(double level)
    {
        RequireLevel(level);
        var (low, high) = (0.0, 9.0);
        while (high - low > 1e-12)
        {
            var middle = (low + high) / 2;
            (low, high) = ErrorFunction.Of(middle / Math.Sqrt(2)) < level ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static void RequireCount(int count, double level)
    {
        if (count < LeastCount(level))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Band of {100 * level:G4} %: expected residuals at at least {LeastCount(level)} times far enough apart, got {count}. ")
                + "Take a longer record, withhold a larger share, or ask for a lower level.");
        }
    }

    private static void RequireLevel(double level)
    {
        if (!(level > 0 && level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "Expected a level in (0, 1), such as 0.9.");
        }
    }
}
