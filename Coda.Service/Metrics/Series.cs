namespace Coda.Service.Metrics;

/// <summary>One instrument with one set of labels: a number, or the counts of a histogram. Safe for use from several threads.</summary>
/// <param name="bounds">The upper bounds of a histogram's buckets, rising; <see langword="null"/> for a number.</param>
internal sealed class Series(IReadOnlyList<double>? bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[bounds is null ? 0 : bounds.Count + 1];
    private double _sum;

    /// <summary>Adds to a number.</summary>
    public void Add(double value)
    {
        lock (_lock)
        {
            _sum += value;
        }
    }

    /// <summary>Replaces a number.</summary>
    public void Set(double value)
    {
        lock (_lock)
        {
            _sum = value;
        }
    }

    /// <summary>Counts a measurement in its bucket: the first whose bound it does not exceed.</summary>
    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds!.Count && value > bounds[bucket])
        {
            bucket++;
        }

        lock (_lock)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    /// <summary>The number (a histogram's sum), and the counts of the buckets, the last without a bound.</summary>
    public (double Sum, long[] Counts) Read()
    {
        lock (_lock)
        {
            return (_sum, [.. _counts]);
        }
    }
}
