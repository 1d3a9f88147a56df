namespace Coda.Data.Scoring;

/// <summary>Collects values by trajectory, and gives their mean and its scatter.</summary>
internal sealed class ScoreSum
{
    private readonly SortedDictionary<int, (double Sum, double Squares, long Count)> _trajectories = [];

    /// <summary>The number of trajectories.</summary>
    public int Trajectories => _trajectories.Count;

    /// <summary>The number of values.</summary>
    public long Count => _trajectories.Values.Sum(t => t.Count);

    /// <summary>Adds a value.</summary>
    /// <param name="trajectory">Its trajectory.</param>
    /// <param name="value">The value.</param>
    public void Add(int trajectory, double value)
    {
        var (sum, squares, count) = _trajectories.GetValueOrDefault(trajectory);
        _trajectories[trajectory] = (sum + value, squares + (value * value), count + 1);
    }

    /// <summary>The mean of all values, and the standard deviation over trajectories of their means.</summary>
    public (double Value, double? Deviation) Mean() =>
        (_trajectories.Values.Sum(t => t.Sum) / Count, Deviation([.. _trajectories.Values.Select(t => t.Sum / t.Count)]));

    /// <summary>The root of the mean square, and its standard deviation over trajectories.</summary>
    public (double Value, double? Deviation) RootMeanSquare() =>
        (Math.Sqrt(_trajectories.Values.Sum(t => t.Squares) / Count), Deviation([.. _trajectories.Values.Select(t => Math.Sqrt(t.Squares / t.Count))]));

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
