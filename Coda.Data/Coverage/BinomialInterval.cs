namespace Coda.Data.Coverage;

/// <summary>A share of draws that hit, with the interval that has its probability in it 95 times of 100.</summary>
/// <remarks>The score interval of Wilson (1927), doi:10.1080/01621459.1927.10502953; draws are taken as independent.</remarks>
/// <param name="Share">Hits over draws.</param>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Count">The number of draws.</param>
public readonly record struct BinomialInterval(double Share, double Lower, double Upper, int Count)
{
    private const double Quantile = 1.959963984540054;

    /// <summary>Makes it.</summary>
    /// <param name="hits">The number of hits.</param>
    /// <param name="count">The number of draws, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No draws, or more hits than draws.</exception>
    public static BinomialInterval Of(int hits, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, count);
        var (share, z) = ((double)hits / count, Quantile * Quantile / count);
        var half = Quantile * Math.Sqrt((share * (1 - share) / count) + (z / (4 * count)));
        return new(share, (share + (z / 2) - half) / (1 + z), (share + (z / 2) + half) / (1 + z), count);
    }

    /// <summary>Whether a probability is in it.</summary>
    /// <param name="probability">The probability.</param>
    public bool Contains(double probability) => probability >= Lower && probability <= Upper;
}
