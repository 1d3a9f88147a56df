using System.Numerics.Tensors;

namespace Coda.Classical.Correlations;

/// <summary>The square root of a covariance that joins few coefficients at a time: a lower triangle for each group of coefficients.</summary>
/// <remarks>Immutable; safe to share.</remarks>
internal sealed class WaveRoots
{
    private readonly int[][] _groups;    // the coefficients of each
    private readonly double[][] _roots;  // [row, column], column <= row

    /// <summary>Factors covariances.</summary>
    /// <param name="groups">The coefficients of each group; every coefficient is in one group.</param>
    /// <param name="covariances">Their covariances, positive definite. [group][row, column]</param>
    /// <exception cref="ArithmeticException">A covariance is not positive definite.</exception>
    public WaveRoots(int[][] groups, double[][] covariances) => (_groups, _roots) = (groups, Array.ConvertAll(covariances, Factored));

    /// <summary>L v.</summary>
    /// <param name="control">v.</param>
    /// <param name="coefficients">Takes L v; not the same memory.</param>
    public void Multiply(ReadOnlySpan<double> control, Span<double> coefficients)
    {
        for (var g = 0; g < _groups.Length; g++)
        {
            var (group, root) = (_groups[g], _roots[g]);
            for (var i = 0; i < group.Length; i++)
            {
                var sum = 0.0;
                for (var j = 0; j <= i; j++)
                {
                    sum += root[(i * group.Length) + j] * control[group[j]];
                }

                coefficients[group[i]] = sum;
            }
        }
    }

    /// <summary>Lᵀ c.</summary>
    /// <param name="coefficients">c.</param>
    /// <param name="control">Takes Lᵀ c; not the same memory.</param>
    public void MultiplyTransposed(ReadOnlySpan<double> coefficients, Span<double> control)
    {
        for (var g = 0; g < _groups.Length; g++)
        {
            var (group, root) = (_groups[g], _roots[g]);
            for (var j = 0; j < group.Length; j++)
            {
                var sum = 0.0;
                for (var i = j; i < group.Length; i++)
                {
                    sum += root[(i * group.Length) + j] * coefficients[group[i]];
                }

                control[group[j]] = sum;
            }
        }
    }

    /// <summary>The v with L v = c.</summary>
    /// <param name="coefficients">c.</param>
    /// <param name="control">Takes v; not the same memory.</param>
    public void Solve(ReadOnlySpan<double> coefficients, Span<double> control)
    {
        for (var g = 0; g < _groups.Length; g++)
        {
            var (group, root) = (_groups[g], _roots[g]);
            for (var i = 0; i < group.Length; i++)
            {
                var rest = coefficients[group[i]];
                for (var j = 0; j < i; j++)
                {
                    rest -= root[(i * group.Length) + j] * control[group[j]];
                }

                control[group[i]] = rest / root[(i * group.Length) + i];
            }
        }
    }

    // Cholesky's factor.
    private static double[] Factored(double[] covariance)
    {
        var n = (int)Math.Sqrt(covariance.Length);
        var root = new double[covariance.Length];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = covariance[(i * n) + j] - TensorPrimitives.Dot<double>(root.AsSpan(i * n, j), root.AsSpan(j * n, j));
                root[(i * n) + j] = i > j ? rest / root[(j * n) + j] : rest > 0 ? Math.Sqrt(rest) : throw new ArithmeticException(
                    "Expected a covariance of waves that is positive definite, got one that is not; is a field of the sample constant?");
            }
        }

        return root;
    }
}
