using Coda.Classical.Correlations;
using Coda.Data.Dynamics;

namespace Coda.Classical.Variational.Costs;

/// <summary>Mean and variance of a trajectory: for each field on a grid that is the same everywhere, else for each entry.</summary>
internal static class TrajectoryPrior
{
    private const int MostSamples = 64;
    private const double LeastPower = 1e-4; // of the largest wave's: errors of the model have small scales, too, its rounding among them
    private const double ParameterShare = 0.3; // of a parameter's value

    /// <summary>The prior that a trajectory's own statistics give; of parameters, which stand still in it, that of a guess.</summary>
    /// <param name="states">The trajectory. [time, space]</param>
    /// <param name="layout">The states' layout.</param>
    /// <param name="variance">The variance of every entry, in place of the trajectory's.</param>
    /// <param name="parameters">What parameters in the state are; nothing where it holds none.</param>
    public static Prior Of(ReadOnlySpan<double> states, StateLayout layout, double? variance, ParameterPrior? parameters = null)
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
                    .Fill(ParameterPrior.IsParameters(field) ? Math.Pow(ParameterDeviation(m), 2) : variance
                        ?? Math.Max(v, 1e-12 + (1e-6 * m * m)));
            }
        }

        parameters?.Fill(mean, variances);
        return new Prior(mean, variances);
    }

    /// <summary>The covariance that a trajectory's own statistics give: that of its states about their mean.</summary>
    /// <param name="states">The trajectory. [time, space]</param>
    /// <param name="layout">The states' layout.</param>
    /// <param name="variance">The mean variance, in place of the trajectory's.</param>
    /// <param name="isCorrelated">Whether wave by wave; else errors are independent.</param>
    public static ICovariance Covariance(ReadOnlySpan<double> states, StateLayout layout, double? variance, bool isCorrelated)
    {
        var prior = Of(states, layout, variance);
        if (!isCorrelated)
        {
            return prior.Covariance;
        }

        foreach (var field in layout.Fields)
        {
            if (!IsChanging(states, layout.Size, layout.OffsetOf(field.Name), field.Size))
            {
                throw new ArgumentException(
                    $"Expected a first guess that varies, got one whose field '{field.Name}' stands still and has no correlations; set isCorrelated=false.");
            }
        }

        var (samples, rows) = (new List<double[]>(), states.Length / layout.Size);
        for (var row = 0; row < rows; row += 1 + (rows / MostSamples))
        {
            var sample = states.Slice(row * layout.Size, layout.Size).ToArray();
            System.Numerics.Tensors.TensorPrimitives.Subtract(sample, prior.Mean, sample);
            samples.Add(sample);
        }

        var covariance = SpectralEstimate.Of(layout, samples, LeastPower);
        return variance is { } mean ? covariance.OfVariance(mean) : covariance;
    }

    /// <summary>A covariance with each field's mean variance at least that of a spread: what its maker believes of itself may be too little.</summary>
    /// <param name="covariance">The covariance.</param>
    /// <param name="layout">The states' layout.</param>
    /// <param name="spread">The spread; nothing leaves things as they are. [space]</param>
    public static ICovariance OfSpread(ICovariance covariance, StateLayout layout, ReadOnlyMemory<float>? spread)
    {
        var (factors, variances) = (new double[layout.Size], covariance.Variances);
        Array.Fill(factors, 1);
        foreach (var (start, size) in layout.Fields.Select(field => (layout.OffsetOf(field.Name), field.Size)))
        {
            var squares = spread is { } s ? System.Numerics.Tensors.TensorPrimitives.SumOfSquares(s.Span.Slice(start, size)) : 0;
            var sum = variances.Skip(start).Take(size).Sum();
            if (squares > sum && sum > 0)
            {
                factors.AsSpan(start, size).Fill(Math.Sqrt(squares / sum));
            }
        }

        return Times(covariance, factors);
    }

    /// <summary>A covariance with each entry's errors times a number of its own.</summary>
    /// <param name="covariance">The covariance.</param>
    /// <param name="factors">The numbers, greater than 0. [space]</param>
    public static ICovariance Times(ICovariance covariance, double[] factors) => covariance is SpectralCovariance waves
        ? waves.Times(factors) : new IndependentErrors([.. covariance.Variances.Zip(factors, (v, factor) => v * factor * factor)]);

    /// <summary>The standard deviation of a parameter before anything is observed.</summary>
    /// <param name="start">The value that it starts from.</param>
    public static double ParameterDeviation(double start) => ParameterShare * Math.Max(Math.Abs(start), 1e-3);

    private static bool IsChanging(ReadOnlySpan<double> states, int size, int start, int count)
    {
        var first = states.Slice(start, count);
        for (var row = size; row < states.Length; row += size)
        {
            if (!states.Slice(row + start, count).SequenceEqual(first))
            {
                return true;
            }
        }

        return false;
    }

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
