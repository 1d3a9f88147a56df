using MathNet.Numerics.Distributions;

namespace Coda.Data.Scoring.Differences;

/// <summary>Tells the difference of two estimates of the same record apart from chance, which has errors correlated in time.</summary>
public static class DifferenceTest
{
    private const int EnoughTrajectories = 8;
    private const int LeastFreedom = 6;
    private const int LeastTrajectories = 4; // their sums alone give an exact test of some power
    private const double Caution = 5; // of few cosines, whose number is chosen by correlations that are hardly known themselves
    private const int LeastBlocks = 6;

    /// <summary>What two series differ by.</summary>
    /// <param name="estimate">The estimate's.</param>
    /// <param name="reference">That of what it is compared with.</param>
    /// <param name="request">Estimator, level and power.</param>
    /// <returns>With the verdict of a single test; <see cref="MultipleTests"/> allows for several.</returns>
    /// <exception cref="ArgumentException">The series are of different scores, or share no time.</exception>
    public static PairedDifference Of(ScoreSeries estimate, ScoreSeries reference, DifferenceRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        ArgumentNullException.ThrowIfNull(reference);
        (request ??= new()).Require();
        if ((estimate.Score, estimate.Sites, estimate.Lead, estimate.Part) != (reference.Score, reference.Sites, reference.Lead, reference.Part))
        {
            throw new ArgumentException($"Expected two series of one score, got {Words(estimate)} and {Words(reference)}.");
        }

        var series = PairedSeries.Of(estimate, reference);
        var difference = double.IsFinite(series.Mean) && double.IsFinite(series.Squares)
            ? request.Estimator == DifferenceEstimator.StationaryBootstrap ? Sampled(series, request) : Student(series, request)
            : Untold(series, "none, of scores that are not finite");
        return difference.Judged(difference.P, 1, request);
    }

    /// <summary>What values differ by that are paired already.</summary>
    /// <param name="differences">For each trajectory its differences, estimate less reference, evenly spaced. [time]</param>
    /// <param name="request">Estimator, level and power.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static PairedDifference Of(IReadOnlyList<IReadOnlyList<double>> differences, DifferenceRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return Of(Series(d => d), Series(_ => 0), request);

        ScoreSeries Series(Func<double, double> of) => new(
            "difference", ScoredSites.All, 0, 0,
            [.. differences.Select((d, i) => new TrajectorySeries(i, [.. d.Select((_, t) => (long)t)], [.. d.Select(of)], [.. d.Select(_ => 1L)]))]);
    }

    // Of many trajectories the wider of two intervals counts: their means know nothing of the correlation in time, and need it not to be known; the cosines see
    // what few trajectories show by chance only.
    private static PairedDifference Student(PairedSeries series, DifferenceRequest request)
    {
        var count = series.Terms.Count;
        var told = (request.Estimator == DifferenceEstimator.Cosines
            ? new[] { Cosines(), count >= EnoughTrajectories ? Trajectories() : null }
            : [Told(AutoregressiveError.Of(series), "by an autoregressive process of second order")]).OfType<PairedDifference>().ToList();
        var telling = told.Where(d => d.P is not null).ToList();
        return telling.Count == 0 ? told[0] : telling.MaxBy(d => d.High - d.Low)!;

        PairedDifference Cosines()
        {
            var found = CosineError.Of(series);
            return Told(found, $"by {found.Freedom} cosines");
        }

        PairedDifference Trajectories() => Told(RatioOfSums.Variance([.. series.Terms.Select(t => t.Sum())]), $"by {count} trajectories");

        PairedDifference Told((double Variance, int Freedom) of, string how)
        {
            var (variance, freedom) = of;
            if (freedom == 0)
            {
                return Untold(series, $"none, of a single piece that is independent; {LeastTrajectories} trajectories, or longer ones, tell");
            }

            if (!double.IsFinite(variance) || variance < 0)
            {
                return Untold(series, "none, of gaps that leave no correlation to be known by; the cosines of the default tell");
            }

            var caution = freedom < LeastFreedom && count < LeastTrajectories ? Caution : 1;
            var error = Math.Sqrt(variance) / series.Count;
            var half = StudentT.InvCDF(0, 1, freedom, 1 - (request.Level / caution / 2)) * error;
            var p = series.Mean == 0 ? 1 : error == 0 ? 0 : 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(series.Mean) / error);
            return DifferenceTest.Told(
                series, variance, series.Mean - half, series.Mean + half, Math.Min(1, caution * p),
                FormattableString.Invariant($"{100 * (1 - request.Level):G4} %, ")
                    + how + (caution > 1 ? ", so few that it is that of a level five times as strict" : ""));
        }
    }

    private static PairedDifference Sampled(PairedSeries series, DifferenceRequest request)
    {
        var (sums, block) = StationaryBootstrap.Of(series, request);
        if (series.Length < LeastBlocks * block)
        {
            return Untold(series, FormattableString.Invariant($"none, of {series.Length / block:F1} blocks where {LeastBlocks} are needed"));
        }

        var middle = sums.Average();
        var variance = sums.Sum(s => Math.Pow(s - middle, 2)) / (sums.Length - 1);
        double At(double share) => series.Mean - (sums[(int)Math.Clamp(share * sums.Length, 0, sums.Length - 1)] / series.Count);
        var beyond = sums.Count(s => Math.Abs(s) >= Math.Abs(series.Mean) * series.Count);
        return Told(series, variance, At(1 - (request.Level / 2)), At(request.Level / 2), (1.0 + beyond) / (1 + sums.Length),
            FormattableString.Invariant($"{100 * (1 - request.Level):G4} %, by {sums.Length} samples of blocks of {block:F0} times"));
    }

    private static PairedDifference Told(PairedSeries series, double variance, double low, double high, double p, string how) => new(
        series.Mean, Math.Sqrt(variance) / series.Count, low, high, p, series.Count, variance > 0 ? series.Pairs * series.Squares / variance : null,
        series.Terms.Count, how);

    private static PairedDifference Untold(PairedSeries series, string why) =>
        new(series.Mean, null, null, null, null, series.Count, null, series.Terms.Count, why);

    private static string Words(ScoreSeries series) => $"{series.Score} of {series.Sites} sites at lead {series.Lead} ({series.Part})";
}
