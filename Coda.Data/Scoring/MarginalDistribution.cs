using Coda.Data.Archives;

namespace Coda.Data.Scoring;

/// <summary>The distribution of all entries of a set of states: one value at a time.</summary>
/// <param name="Count">The number of values.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Variance">Their variance.</param>
/// <param name="BinWidth">The width of the histogram's bins, one of which starts at 0.</param>
/// <param name="Histogram">The share of the values in each bin that has any, by the bin's lower border; the sum is 1.</param>
public sealed record MarginalDistribution(long Count, double Mean, double Variance, double BinWidth, SortedDictionary<double, double> Histogram)
{
    /// <summary>The root mean square difference of two independent draws, √(2 variance): the error of a forecast that knows nothing but the
    /// distribution.</summary>
    public double RandomError => Math.Sqrt(2 * Variance);

    /// <summary>Collects the entries of states, streaming.</summary>
    /// <param name="states">The states.</param>
    /// <param name="binWidth">The width of the histogram's bins, greater than 0.</param>
    /// <exception cref="ArgumentException">There is no state, or a width that is not positive or gives too many bins.</exception>
    public static MarginalDistribution Of(IEnumerable<StateBlock> states, double binWidth = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(binWidth);
        var (bins, count, sum, squares) = (new SortedDictionary<long, long>(), 0L, 0.0, 0.0);
        foreach (var block in states)
        {
            foreach (var value in block.States.Span)
            {
                var bin = (long)Math.Floor(value / binWidth);
                bins[bin] = bins.GetValueOrDefault(bin) + 1;
                Bins.Require(bins.Count, binWidth);
                sum += value;
                squares += (double)value * value;
            }

            count += block.States.Length;
        }

        if (count == 0)
        {
            throw new ArgumentException("Expected at least one state, got none.", nameof(states));
        }

        var mean = sum / count;
        return new MarginalDistribution(
            count, mean, (squares / count) - (mean * mean), binWidth, new(bins.ToDictionary(b => b.Key * binWidth, b => (double)b.Value / count)));
    }

    /// <summary>The total variation distance of the histograms, from 0 (the same) to 1 (nothing in common).</summary>
    /// <param name="other">A distribution with bins of the same width.</param>
    /// <exception cref="ArgumentException">Bins of another width.</exception>
    public double DistanceTo(MarginalDistribution other) => other.BinWidth == BinWidth
        ? Histogram.Keys.Union(other.Histogram.Keys).Sum(bin => Math.Abs(Histogram.GetValueOrDefault(bin) - other.Histogram.GetValueOrDefault(bin))) / 2
        : throw new ArgumentException(FormattableString.Invariant($"Expected bins of {BinWidth}, got bins of {other.BinWidth}."), nameof(other));
}
