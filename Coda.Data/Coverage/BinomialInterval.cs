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

    /// <summary>That of draws that come in clusters, as of sites at one time, whose draws may all be one.</summary>
    /// <remarks>Wilson's interval of as many independent draws as have the same variance as the share over the clusters (Kish, 1965: the design effect); where
    /// all hit or none does, of as many as there are clusters.</remarks>
    /// <param name="clusters">Hits and draws of each, at least one draw in all.</param>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="Of(int, int)"/>.</exception>
    public static BinomialInterval OfClusters(IReadOnlyCollection<(int Hits, int Count)> clusters)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        var (hits, count) = (clusters.Sum(c => c.Hits), clusters.Sum(c => c.Count));
        var whole = Of(hits, count);
        var squares = clusters.Sum(c => Math.Pow(c.Hits - (whole.Share * c.Count), 2)) * clusters.Count / Math.Max(1, clusters.Count - 1);
        var same = squares > 0 ? whole.Share * (1 - whole.Share) * count * count / squares : clusters.Count;
        return Of(whole.Share, Math.Clamp(same, 1, count)) with { Count = count };
    }

    /// <summary>Makes it.</summary>
    /// <param name="hits">The number of hits.</param>
    /// <param name="count">The number of draws, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No draws, or more hits than draws.</exception>
    public static BinomialInterval Of(int hits, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, count);
        return Of((double)hits / count, count) with { Count = count };
    }

    private static BinomialInterval Of(double share, double count)
    {
        var z = Quantile * Quantile / count;
        var half = Quantile * Math.Sqrt((share * (1 - share) / count) + (z / (4 * count)));
        return new(share, (share + (z / 2) - half) / (1 + z), (share + (z / 2) + half) / (1 + z), 0);
    }

    /// <summary>Whether a probability is in it.</summary>
    /// <param name="probability">The probability.</param>
    public bool Contains(double probability) => probability >= Lower && probability <= Upper;
}
