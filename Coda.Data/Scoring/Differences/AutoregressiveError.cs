namespace Coda.Data.Scoring.Differences;

/// <summary>The variance of a sum of terms that are an autoregressive process of second order.</summary>
/// <remarks>
/// Geer (2016, doi:10.3402/tellusa.v68.30229), which WeatherBench-X takes: the error of independent times, n γ_0, times
/// k² = (1 - r_1 φ_1 - r_2 φ_2) / (1 - φ_1 - φ_2)², φ_1 = r_1 (1 - r_2) / (1 - r_1²), φ_2 = (r_2 - r_1²) / (1 - r_1²); the degrees of freedom stay those of
/// independent times.
/// </remarks>
internal static class AutoregressiveError
{
    /// <summary>The variance of a sum, and with how many degrees of freedom it is known.</summary>
    /// <param name="series">The terms.</param>
    public static (double Variance, int Freedom) Of(PairedSeries series)
    {
        var (length, squares) = (series.Length, series.Squares);
        if (squares == 0 || series.Terms.Any(t => t.Length < 3))
        {
            return (length * squares / Math.Max(1, length - 1), length - 1);
        }

        var variance = squares / (length - 1);
        var (first, second) = (Autocorrelation(1), Autocorrelation(2));
        var one = first * (1 - second) / (1 - (first * first));
        var two = (second - (first * first)) / (1 - (first * first));
        return (length * variance * (1 - (first * one) - (second * two)) / Math.Pow(1 - one - two, 2), length - 1);

        double Autocorrelation(int lag) =>
            series.Terms.Sum(t => Enumerable.Range(0, t.Length - lag).Sum(i => t[i] * t[i + lag])) / (length - (lag * series.Terms.Count)) / variance;
    }
}
