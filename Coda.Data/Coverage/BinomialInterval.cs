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
    private const int LagShare = 5;

    /// <summary>That of draws that come in clusters, as of sites at one time, whose draws may all be one.</summary>
    /// <remarks>Wilson's interval of as many independent draws as have the same variance as the share over the clusters (Kish, 1965: the design effect); where
    /// all hit or none does, of as many as there are clusters.</remarks>
    /// <param name="clusters">Hits and draws of each, at least one draw in all.</param>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="Of(int, int)"/>.</exception>
    public static BinomialInterval OfClusters(IReadOnlyCollection<(int Hits, int Count)> clusters)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        var (hits, count) = (clusters.Sum(c => c.Hits), clusters.Sum(c => c.Count));
        var share = Of(hits, count).Share;
        var same = IndependentOf(share, count, clusters.Sum(c => Math.Pow(c.Hits - (share * c.Count), 2)), clusters.Count);
        return Of(share, Math.Clamp(same, 1, count)) with { Count = count };
    }

    /// <summary>That of draws at times in succession, whose shares may depend on those before.</summary>
    /// <remarks>As <see cref="OfClusters"/>, the times being the clusters, with the variance times 1 + 2 Σ ρ_k of the autocorrelation ρ_k of what the times
    /// add, summed over pairs of lags as long as these are positive (Geyer, 1992, doi:10.1214/ss/1177011137), up to a fifth of the times.</remarks>
    /// <param name="times">Hits and draws of each time, in order, at least one draw in all.</param>
    /// <param name="like">The times, in order, that tell how many independent draws one is worth: others where these may have broken off from
    /// them.</param>
    /// <param name="quantile">How many deviations the interval reaches to either side: 1.96 for 95 %.</param>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="Of(int, int)"/>.</exception>
    public static BinomialInterval OfTimes(
        IReadOnlyCollection<(int Hits, int Count)> times, IReadOnlyCollection<(int Hits, int Count)>? like = null, double quantile = Quantile)
    {
        ArgumentNullException.ThrowIfNull(times);
        var count = times.Sum(c => c.Count);
        var share = Of(times.Sum(c => c.Hits), count).Share;
        return Of(share, Math.Clamp(count * WorthOf(like ?? times), 1, count), quantile) with { Count = count };
    }

    // The independent draws that a draw is worth.
    private static double WorthOf(IReadOnlyCollection<(int Hits, int Count)> times)
    {
        double count = times.Sum(c => c.Count);
        var share = times.Sum(c => c.Hits) / count;
        double[] parts = [.. times.Select(c => c.Hits - (share * c.Count))];
        var (squares, inflation) = (parts.Sum(p => p * p), 1.0);
        for (var lag = 1; squares > 0 && lag <= parts.Length / LagShare && Correlation(lag) + Correlation(lag + 1) is > 0 and var pair; lag += 2)
        {
            inflation += 2 * pair;
        }

        return IndependentOf(share, count, squares * inflation, parts.Length) / count;

        double Correlation(int lag) => parts.Skip(lag).Zip(parts, (later, earlier) => later * earlier).Sum() / squares;
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

    // As many independent draws as have the same variance.
    private static double IndependentOf(double share, double count, double squares, int clusters)
    {
        var variance = squares * clusters / Math.Max(1, clusters - 1);
        return variance > 0 ? share * (1 - share) * count * count / variance : clusters;
    }

    private static BinomialInterval Of(double share, double count, double quantile = Quantile)
    {
        var z = quantile * quantile / count;
        var half = quantile * Math.Sqrt((share * (1 - share) / count) + (z / (4 * count)));
        return new(share, (share + (z / 2) - half) / (1 + z), (share + (z / 2) + half) / (1 + z), 0);
    }

    /// <summary>Whether a probability is in it.</summary>
    /// <param name="probability">The probability.</param>
    public bool Contains(double probability) => probability >= Lower && probability <= Upper;
}
