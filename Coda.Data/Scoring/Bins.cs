namespace Coda.Data.Scoring;

/// <summary>How many bins a histogram may have.</summary>
internal static class Bins
{
    private const int Most = 1_000_000;

    /// <summary>Refuses a width that makes a bin of nearly every value.</summary>
    /// <param name="count">The bins so far.</param>
    /// <param name="width">Their width.</param>
    /// <exception cref="ArgumentException">There are too many.</exception>
    public static void Require(int count, double width)
    {
        if (count > Most)
        {
            throw new ArgumentException(FormattableString.Invariant($"Histogram: expected at most {Most} bins, got more of width {width}. Take wider bins."));
        }
    }
}
