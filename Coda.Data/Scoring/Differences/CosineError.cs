namespace Coda.Data.Scoring.Differences;

/// <summary>The variance of a sum of correlated terms from the lowest cosines of each trajectory, each of them as large as the mean's own error.</summary>
/// <remarks>
/// Equal-weighted cosines (Müller, 2007; Lazarus, Lewis, Stock and Watson, 2018, doi:10.1080/07350015.2018.1506926):
/// w_j = √(2/n) Σ_t cos(π j (t + ½) / n) z_t has for small j the variance Ω = Σ_k γ_k of which the mean's error is made; v of them give Student's t with v
/// degrees of freedom. Theirs is v = 0.4 n^(2/3) whatever the correlation. Here v is as great as leaves the spectrum flat to a fifth, by the slowest decay
/// that the autocorrelation shows, at most √n, and by comparing the lower half of the cosines with the upper one; what is left of the fall is taken out. The
/// trajectories' sums, which are cosines of frequency 0, count too.
/// </remarks>
internal static class CosineError
{
    private const int MostCosines = 64; // t of 64 degrees of freedom is within 2 % of the normal
    private const double MostFall = 0.2;
    private const double MostTilt = 1.25;
    private const double Significant = 2;

    /// <summary>The variance of a sum, and with how many degrees of freedom it is known.</summary>
    /// <param name="series">The terms.</param>
    public static (double Variance, int Freedom) Of(PairedSeries series)
    {
        var longest = series.Terms.Max(t => t.Length);
        var most = (int)Math.Min(MostCosines, Math.Min(Math.Sqrt(series.Length), longest / 2));
        var powers = series.Terms.Select(t => Powers(t, Number(most, t.Length, longest))).ToList();
        var (count, fall) = Flat(Decay(series), longest, most);
        for (; count * series.Terms.Count >= 6 && IsTilted(powers, count); count = Math.Min(count - 1, 3 * count / 4))
        {
        }

        var (sum, freedom) = (0.0, series.Terms.Count - 1);
        foreach (var (terms, power) in series.Terms.Zip(powers))
        {
            var own = Number(count, terms.Length, longest);
            sum += (Math.Pow(terms.Sum(), 2) / terms.Length) + (power.Take(own).Sum() / fall[count]);
            freedom += own;
        }

        return (freedom == 0 ? 0 : series.Length * sum / freedom, freedom);
    }

    // As high a frequency in a short trajectory as in the longest one.
    private static int Number(int count, int length, int longest) => (int)((long)count * length / longest);

    private static double[] Powers(double[] terms, int count)
    {
        var powers = new double[count];
        for (var j = 1; j <= count; j++)
        {
            var angle = Math.PI * j / terms.Length;
            var (sum, now, before, twice) = (0.0, Math.Cos(angle / 2), Math.Cos(angle / 2), 2 * Math.Cos(angle));
            foreach (var term in terms)
            {
                sum += term * now;
                (now, before) = ((twice * now) - before, now); // cos((t + 3/2) a) = 2 cos(a) cos((t + 1/2) a) - cos((t - 1/2) a)
            }

            powers[j - 1] = 2 * sum * sum / terms.Length;
        }

        return powers;
    }

    // How many cosines an autoregressive process of first order leaves flat, and their mean power over that of frequency 0. [cosines]
    private static (int Count, double[] Fall) Flat(double decay, int length, int most)
    {
        var (fall, sum) = (new double[most + 1], 0.0);
        fall[0] = 1;
        for (var j = 1; j <= most; j++)
        {
            sum += (1 - decay) * (1 - decay) / (1 - (2 * decay * Math.Cos(Math.PI * j / length)) + (decay * decay));
            fall[j] = sum / j;
            if (fall[j] < 1 - MostFall)
            {
                return (j - 1, fall);
            }
        }

        return (most, fall);
    }

    // The slowest decay a step that autocorrelations at lags 1, 2, 4, ... show while they are told apart from 0.
    private static double Decay(PairedSeries series)
    {
        const double Slowest = 0.9999; // also where nothing tells
        if (series.Squares == 0)
        {
            return 0;
        }

        var (longest, count) = (series.Longest, series.Pairs);
        var (before, at, slowest, bound) = (1.0, 0, longest < 4 ? Slowest : 0, Significant / Math.Sqrt(count));
        for (var lag = 1; longest >= 4 && lag <= Math.Max(1, longest / 4); lag *= 2)
        {
            // With its bias of (1 + 3 r) / n taken off (Marriott and Pope, 1954; Kendall, 1954).
            var raw = series.Correlation(lag);
            var next = raw + ((1 + (3 * raw)) / count);
            if (at > 0 && next < bound)
            {
                break;
            }

            if (!double.IsNaN(next))
            {
                slowest = Math.Max(slowest, at > 0 && before < bound
                    ? Math.Pow(next, 1.0 / lag) : Math.Pow(Math.Clamp(next / before, 0, 1), 1.0 / (lag - at)));
                (before, at) = (next, lag);
            }
        }

        return at == 0 ? Slowest : Math.Min(slowest, Slowest);
    }

    private static bool IsTilted(List<double[]> powers, int count)
    {
        var (lower, upper, below, above) = (0.0, 0.0, 0, 0);
        foreach (var power in powers)
        {
            var own = Math.Min(power.Length, count);
            lower += power.Take(own / 2).Sum();
            upper += power.Skip(own / 2).Take(own - (own / 2)).Sum();
            (below, above) = (below + (own / 2), above + own - (own / 2));
        }

        return below > 0 && lower / below > MostTilt * upper / above;
    }
}
