using Coda.Data.Foundation;

namespace Coda.Data.Scoring.Differences;

/// <summary>Samples of a sum by the stationary bootstrap: blocks of a random length from random places of random trajectories.</summary>
/// <remarks>
/// Politis and Romano (1994, doi:10.1080/01621459.1994.10476870): a block goes on with probability 1 - 1/b, past a trajectory's end at its start. b is the
/// one of Politis and White (2004, doi:10.1081/ETC-120028836) with the correction of Patton, Politis and White (2009): b = (2 G² / D)^(1/3) n^(1/3),
/// G = Σ λ(k / M) |k| γ_k, D = 2 (Σ λ(k / M) γ_k)², λ the trapezoid that falls from 1 at ½ to 0 at 1, M twice the lag after which max(5, √log10 n)
/// autocorrelations are below 2 √(log10 n / n).
/// </remarks>
internal static class StationaryBootstrap
{
    /// <summary>Sums of as many terms as there are, sorted.</summary>
    /// <param name="series">The terms.</param>
    /// <param name="request">Samples and seed.</param>
    public static (double[] Sums, double BlockLength) Of(PairedSeries series, DifferenceRequest request)
    {
        var (length, block) = (series.Length, BlockLength(series));
        var (all, ends) = (series.Terms.SelectMany(t => t).ToArray(), new List<int> { 0 });
        series.Terms.Aggregate(0, (at, t) =>
        {
            ends.Add(at + t.Length);
            return at + t.Length;
        });
        var sums = new double[request.Samples];
        Parallel.For(0, request.Samples, sample =>
        {
            var random = new CounterRandom(request.Seed, sample);
            var (at, next, first) = (0, 0, 0);
            for (var i = 0; i < length; i++)
            {
                if (i == 0 || random.NextUniform() < 1 / block)
                {
                    at = (int)random.NextInteger(length);
                    var trajectory = ends.BinarySearch(at);
                    trajectory = trajectory < 0 ? ~trajectory - 1 : trajectory;
                    (first, next) = (ends[trajectory], ends[trajectory + 1]);
                }

                sums[sample] += all[at];
                at = at + 1 == next ? first : at + 1;
            }
        });
        Array.Sort(sums);
        return (sums, block);
    }

    /// <summary>The mean length of a block.</summary>
    /// <param name="series">The terms.</param>
    public static double BlockLength(PairedSeries series)
    {
        var (length, squares) = (series.Length, series.Squares);
        var longest = series.Longest;
        if (squares == 0 || longest < 9)
        {
            return squares == 0 ? 1 : longest; // too short to tell: as if all of a trajectory were one value
        }

        var run = (int)Math.Max(5, Math.Ceiling(Math.Sqrt(Math.Log10(length))));
        var most = Math.Min((int)Math.Ceiling(Math.Sqrt(length)) + run, longest - 1);
        var covariances = new double[most + 1];
        for (var lag = 0; lag <= most; lag++)
        {
            // Where gaps leave none, that of the lag before.
            covariances[lag] = series.Autocorrelation(lag) is var found && double.IsNaN(found) ? covariances[lag - 1] : found;
        }

        var bound = 2 * Math.Sqrt(Math.Log10(length) / length) * covariances[0];
        var last = Enumerable.Range(0, most).FirstOrDefault(
            m => Enumerable.Range(m + 1, Math.Min(run, most - m)).All(lag => Math.Abs(covariances[lag]) < bound), most);
        var window = Math.Min(Math.Max(1, 2 * last), most);
        var (slope, spectrum) = (0.0, covariances[0]);
        for (var lag = 1; lag <= window; lag++)
        {
            var weight = 2 * Math.Min(1, 2 * (1 - ((double)lag / window)));
            slope += weight * lag * covariances[lag];
            spectrum += weight * covariances[lag];
        }

        var optimal = Math.Pow(slope * slope / (spectrum * spectrum) * length, 1.0 / 3);
        return Math.Clamp(double.IsFinite(optimal) ? optimal : 1, 1, Math.Ceiling(Math.Min(3 * Math.Sqrt(length), length / 3.0)));
    }
}
