using Coda.Classical.Correlations;
using Coda.Data.Dynamics;

namespace Coda.Classical.Variational.Costs;

/// <summary>Mean and variance of a trajectory: for each field on a grid that is the same everywhere, else for each entry.</summary>
internal static class TrajectoryPrior
{
    private const int MostSamples = 64;
    private const double LeastPower = 1e-6; // of the largest wave's: errors of the model have small scales, too
    private const double ParameterShare = 0.3; // of a parameter's value

    /// <summary>The prior that a trajectory's own statistics give; of parameters, which stand still in it, that of a guess.</summary>
    /// <param name="states">The trajectory. [time, space]</param>
    /// <param name="layout">The states' layout.</param>
    /// <param name="variance">The variance of every entry, in place of the trajectory's.</param>
    public static Prior Of(ReadOnlySpan<double> states, StateLayout layout, double? variance)
    {
        var (mean, variances) = (new double[layout.Size], new double[layout.Size]);
        foreach (var field in layout.Fields)
        {
            var start = layout.OffsetOf(field.Name);
            var group = field.Grid.IsTranslationInvariant ? field.Size : 1;
            for (var first = start; first < start + field.Size; first += group)
            {
                var (m, v) = Moments(states, layout.Size, first, group);
                mean.AsSpan(first, group).Fill(m);
                variances.AsSpan(first, group)
                    .Fill(field.Name == AugmentedSystem.Field ? Math.Pow(ParameterDeviation(m), 2) : variance
                        ?? Math.Max(v, 1e-12 + (1e-6 * m * m)));
            }
        }

        return new Prior(mean, variances);
    }

    /// <summary>The same with errors that are correlated wave by wave, as the states of the trajectory are.</summary>
    /// <param name="states">The trajectory. [time, space]</param>
    /// <param name="layout">The states' layout.</param>
    /// <param name="variance">The variance of every entry, in place of the trajectory's.</param>
    public static Prior Correlated(ReadOnlySpan<double> states, StateLayout layout, double? variance)
    {
        var prior = Of(states, layout, variance);
        var (samples, rows) = (new List<double[]>(), states.Length / layout.Size);
        for (var row = 0; row < rows; row += 1 + (rows / MostSamples))
        {
            var sample = states.Slice(row * layout.Size, layout.Size).ToArray();
            System.Numerics.Tensors.TensorPrimitives.Subtract(sample, prior.Mean, sample);
            samples.Add(sample);
        }

        var covariance = SpectralEstimate.Of(layout, samples, LeastPower);
        double[] factors = [.. covariance.Variances.Zip(prior.Variances, (own, wanted) => own > 0 ? Math.Sqrt(wanted / own) : 1)];
        return new Prior(prior.Mean, covariance.Times(factors));
    }

    /// <summary>The standard deviation of a parameter before anything is observed.</summary>
    /// <param name="start">The value that it starts from.</param>
    public static double ParameterDeviation(double start) => ParameterShare * Math.Max(Math.Abs(start), 1e-3);

    private static (double Mean, double Variance) Moments(ReadOnlySpan<double> states, int size, int first, int group)
    {
        var (sum, squares, count) = (0.0, 0.0, states.Length / size * group);
        for (var row = 0; row < states.Length; row += size)
        {
            sum += System.Numerics.Tensors.TensorPrimitives.Sum(states.Slice(row + first, group));
        }

        for (var row = 0; row < states.Length; row += size)
        {
            for (var i = first; i < first + group; i++)
            {
                squares += (states[row + i] - (sum / count)) * (states[row + i] - (sum / count));
            }
        }

        return (sum / count, squares / count);
    }
}
