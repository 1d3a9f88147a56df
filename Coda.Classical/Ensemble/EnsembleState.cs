using System.Numerics.Tensors;

namespace Coda.Classical.Ensemble;

/// <summary>An ensemble, whole and as mean and anomalies, x_m = x̄ + a_m.</summary>
/// <param name="members">The number of members N.</param>
/// <param name="size">The length of one state.</param>
internal sealed class EnsembleState(int members, int size)
{
    /// <summary>The number of members N.</summary>
    public int Members => members;

    /// <summary>The length of one state.</summary>
    public int Size => size;

    /// <summary>Mean and anomalies together.</summary>
    public EnsembleMoments Moments => field ??= new(Mean, Anomalies);

    /// <summary>The members. [member, space]</summary>
    public double[] Ensemble { get; } = new double[members * size];

    /// <summary>Their mean. [space]</summary>
    public double[] Mean { get; } = new double[size];

    /// <summary>Their departures from the mean. [member, space]</summary>
    public double[] Anomalies { get; } = new double[members * size];

    /// <summary>Takes mean and anomalies from the members.</summary>
    public void Split()
    {
        var mean = Mean.AsSpan();
        mean.Clear();
        for (var m = 0; m < members; m++)
        {
            TensorPrimitives.Add(mean, Ensemble.AsSpan(m * size, size), mean);
        }

        TensorPrimitives.Multiply(mean, 1.0 / members, mean);
        for (var m = 0; m < members; m++)
        {
            TensorPrimitives.Subtract(Ensemble.AsSpan(m * size, size), mean, Anomalies.AsSpan(m * size, size));
        }
    }

    /// <summary>Makes the members from mean and anomalies.</summary>
    public void Join()
    {
        for (var m = 0; m < members; m++)
        {
            TensorPrimitives.Add<double>(Mean, Anomalies.AsSpan(m * size, size), Ensemble.AsSpan(m * size, size));
        }
    }

    /// <summary>The mean variance of an ensemble.</summary>
    /// <param name="ensemble">The members. [member, space]</param>
    /// <param name="members">The number of members N.</param>
    public static double VarianceOf(double[] ensemble, int members)
    {
        var state = new EnsembleState(members, ensemble.Length / members);
        ensemble.CopyTo(state.Ensemble, 0);
        state.Split();
        return TensorPrimitives.SumOfSquares<double>(state.Anomalies) / ((members - 1.0) * state.Size);
    }

    /// <summary>The standard deviation at each entry.</summary>
    /// <param name="anomalies">Departures from the mean. [member, space]</param>
    /// <param name="members">The number of members N.</param>
    /// <param name="spread">Takes √(Σ a² / (N - 1)). [space]</param>
    public static void Spread(ReadOnlySpan<double> anomalies, int members, Span<double> spread)
    {
        spread.Clear();
        for (var m = 0; m < members; m++)
        {
            var row = anomalies.Slice(m * spread.Length, spread.Length);
            TensorPrimitives.MultiplyAdd(row, row, spread, spread);
        }

        TensorPrimitives.Multiply(spread, 1.0 / (members - 1), spread);
        TensorPrimitives.Sqrt(spread, spread);
    }
}
