namespace Coda.Data.Scoring.Differences;

/// <summary>The variance of a sum of terms that are an autoregressive process of second order.</summary>
/// <remarks>
/// Geer (2016, doi:10.3402/tellusa.v68.30229), which WeatherBench-X takes: the error of independent times, n γ_0, times
/// k² = (1 - r_1 φ_1 - r_2 φ_2) / (1 - φ_1 - φ_2)², φ_1 = r_1 (1 - r_2) / (1 - r_1²), φ_2 = (r_2 - r_1²) / (1 - r_1²); the degrees of freedom stay those of
/// independent times. The autocorrelations are the biased ones, whose process is stationary. Of a grid with gaps a share d of the products is there: the factor
/// is 1 + d (k² - 1), of which d = 1 is taken where k² > 1, the share of places that are there where it is not, the cautious ends.
/// </remarks>
internal static class AutoregressiveError
{
    /// <summary>The variance of a sum, and with how many degrees of freedom it is known.</summary>
    /// <param name="series">The terms.</param>
    /// <returns>NaN where gaps leave no autocorrelations, or such as no stationary process has.</returns>
    public static (double Variance, int Freedom) Of(PairedSeries series)
    {
        var (count, squares) = (series.Pairs, series.Squares);
        if (squares == 0 || count == 1)
        {
            return (0, count - 1);
        }

        var (first, second) = (series.Autocorrelation(1), series.Autocorrelation(2));
        var one = first * (1 - second) / (1 - (first * first));
        var two = (second - (first * first)) / (1 - (first * first));
        var isStationary = Math.Abs(first) < 1 && Math.Abs(two) < 1 && Math.Abs(one) < 1 - two;
        var factor = ((1 - (first * one) - (second * two)) / Math.Pow(1 - one - two, 2)) - 1;
        return (isStationary ? count * squares / (count - 1) * (1 + Math.Max(factor, series.Density * factor)) : double.NaN, count - 1);
    }
}
