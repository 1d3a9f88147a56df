namespace Coda.Data.Scoring;

/// <summary>Collects values by trajectory, and gives their mean and its scatter.</summary>
internal sealed class ScoreSum
{
    private readonly SortedDictionary<int, (double Sum, double Squares, double Noise, long Count)> _trajectories = [];

    /// <summary>The number of trajectories.</summary>
    public int Trajectories => _trajectories.Count;

    /// <summary>The number of values.</summary>
    public long Count => _trajectories.Values.Sum(t => t.Count);

    /// <summary>Adds a value.</summary>
    /// <param name="trajectory">Its trajectory.</param>
    /// <param name="value">The value.</param>
    /// <param name="noise">The variance of its error, for <see cref="Root()"/>.</param>
    public void Add(int trajectory, double value, double noise = 0)
    {
        var (sum, squares, noises, count) = _trajectories.GetValueOrDefault(trajectory);
        _trajectories[trajectory] = (sum + value, squares + (value * value), noises + noise, count + 1);
    }

    /// <summary>The mean of all values, and the standard deviation over trajectories of their means.</summary>
    public (double Value, double? Deviation) Mean() =>
        (_trajectories.Values.Sum(t => t.Sum) / Count, Deviation([.. _trajectories.Values.Select(t => t.Sum / t.Count)]));

    /// <summary>The root of the mean square less the mean noise, 0 where noise exceeds it; and its standard deviation over trajectories.</summary>
    public (double Value, double? Deviation) Root()
    {
        var all = _trajectories.Values.Aggregate((Squares: 0.0, Noise: 0.0), (a, t) => (a.Squares + t.Squares, a.Noise + t.Noise));
        return (Root(all.Squares, all.Noise, Count), Deviation([.. _trajectories.Values.Select(t => Root(t.Squares, t.Noise, t.Count))]));
    }

    /// <summary>The root of the mean square, noise included; and its standard deviation over trajectories.</summary>
    public (double Value, double? Deviation) RootMeanSquare() =>
        (Root(_trajectories.Values.Sum(t => t.Squares), 0, Count), Deviation([.. _trajectories.Values.Select(t => Root(t.Squares, 0, t.Count))]));

    private static double Root(double squares, double noise, long count) => Math.Sqrt(Math.Max(0, (squares - noise) / count));

    private static double? Deviation(double[] means)
    {
        if (means.Length < 2)
        {
            return null;
        }

        var mean = means.Average();
        return Math.Sqrt(means.Sum(m => (m - mean) * (m - mean)) / (means.Length - 1));
    }
}
