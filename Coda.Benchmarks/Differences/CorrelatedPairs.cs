using Coda.Data.Foundation;

namespace Coda.Benchmarks.Differences;

/// <summary>Differences of the errors of two methods that are the same, or that differ by a known amount: each error has a part that both share, as they are of
/// one record, and one of its own, and all are correlated in time.</summary>
/// <param name="coefficient">The coefficient of the autoregressive processes of first order that they are made of.</param>
/// <param name="times">The times of a trajectory.</param>
/// <param name="trajectories">The number of trajectories.</param>
internal sealed class CorrelatedPairs(double coefficient, int times, int trajectories)
{
    /// <summary>The differences of a pair. [trajectory][time]</summary>
    /// <param name="pair">Its number.</param>
    /// <param name="isSkewed">Whether errors are exponentials, which have bursts; else Gaussian.</param>
    /// <param name="shift">What the first method's error is greater by.</param>
    public double[][] Of(int pair, bool isSkewed, double shift = 0)
    {
        var random = new CounterRandom(20, pair, (long)(1000 * coefficient), times, trajectories);
        var differences = new double[trajectories][];
        for (var trajectory = 0; trajectory < trajectories; trajectory++)
        {
            var (shared, one, other) = (Process(ref random), Process(ref random), Process(ref random));
            differences[trajectory] = [.. shared.Select((s, t) => shift + Error(s, one[t], isSkewed) - Error(s, other[t], isSkewed))];
        }

        return differences;
    }

    private static double Error(double shared, double own, bool isSkewed)
    {
        var both = Math.Sqrt(0.5) * (shared + own);
        return isSkewed ? Math.Exp(both) : both;
    }

    private double[] Process(ref CounterRandom random)
    {
        var (values, value, noise) = (new double[times], random.NextGaussian(), Math.Sqrt(1 - (coefficient * coefficient)));
        for (var t = 0; t < times; t++)
        {
            values[t] = value;
            value = (coefficient * value) + (noise * random.NextGaussian());
        }

        return values;
    }
}
