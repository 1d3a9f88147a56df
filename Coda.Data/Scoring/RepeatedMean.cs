using Coda.Data.Foundation;
using MathNet.Numerics.Distributions;

namespace Coda.Data.Scoring;

/// <summary>Where the mean over other records of the same kind lies.</summary>
public static class RepeatedMean
{
    /// <summary>The interval in which the mean over other records lies with a probability: m ± t s √(1 / n + 1 / k), t Student's of n - 1 degrees of
    /// freedom, k the number of the others.</summary>
    /// <remarks>The records' means are taken to be independent and normal (the prediction interval of, for example, Geisser, 1993, section 2).</remarks>
    /// <param name="mean">The mean m over the records at hand.</param>
    /// <param name="deviation">The standard deviation s over them, at least 0.</param>
    /// <param name="count">Their number n, at least 2.</param>
    /// <param name="level">The probability, in (0, 1).</param>
    /// <param name="others">The number k of the other records, greater than 0; of others that are longer or shorter, how many of this length have as many steps
    /// (the variance of a mean over steps goes with their inverse where they are many times what errors stay correlated for); n by default.</param>
    /// <exception cref="ArgumentException">One of these is out of range; all faults at once.</exception>
    public static (double Low, double High) Interval(double mean, double deviation, int count, double level, double? others = null)
    {
        new Faults("interval of a mean")
            .Require(double.IsFinite(mean), nameof(mean), "a finite number", mean)
            .Require(deviation >= 0 && double.IsFinite(deviation), nameof(deviation), "a finite number of at least 0", deviation)
            .Require(count >= 2, nameof(count), "at least 2 records", count)
            .Require(level is > 0 and < 1, nameof(level), "a probability in (0, 1)", level)
            .Require(others is null or (> 0 and < double.PositiveInfinity), nameof(others), "a finite number greater than 0", others)
            .ThrowIfAny();
        var half = StudentT.InvCDF(0, 1, count - 1, (1 + level) / 2) * deviation * Math.Sqrt((1.0 / count) + (1 / (others ?? count)));
        return (mean - half, mean + half);
    }
}
