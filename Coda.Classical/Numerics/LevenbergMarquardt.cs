using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Numerics;

/// <summary>The point near a start at which a sum of squares is least (Levenberg, 1944; Marquardt, 1963).</summary>
/// <remarks>
/// (JᵀJ + λ D²) d = -Jᵀr, D the sizes of J's columns. The damping λ follows the ratio of the gain to what the linear model promised (H. B. Nielsen, "Damping
/// parameter in Marquardt's method", IMM-REP-1999-05), so that a step into a point without finite residuals is only a step that is too long.
/// </remarks>
internal static class LevenbergMarquardt
{
    private const double FirstDamping = 1e-3;
    private const double MostDamping = 1e12;
    private const double LeastSize = 1e-8; // of a column, relative to the largest
    private const double LeastGain = 1e-12; // of the sum of squares

    /// <summary>Goes to the minimum.</summary>
    /// <param name="problem">The residuals.</param>
    /// <param name="start">Where to start. [unknown]</param>
    /// <param name="iterations">The most steps.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The point, and the sum of squares there; infinity where the start has none.</returns>
    public static (double[] Point, double Sum) Minimize(ILeastSquares problem, double[] start, int iterations, CancellationToken cancellation)
    {
        var (point, residuals) = (start, problem.Residuals(start));
        var (sum, damping, growth) = (SumOf(residuals), FirstDamping, 2.0);
        for (var i = 0; i < iterations && double.IsFinite(sum) && damping < MostDamping; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var jacobian = DenseMatrix.OfArray(problem.Derivatives(point, residuals));
            var departures = DenseVector.OfArray(residuals);
            for (var isBetter = false; !isBetter && damping < MostDamping;)
            {
                var step = Step(jacobian, departures, damping);
                double[] next = [.. point.Zip(step, (a, d) => a + d)];
                var nextResiduals = problem.Residuals(next);
                var nextSum = SumOf(nextResiduals);
                isBetter = nextSum < sum;
                if (!isBetter)
                {
                    (damping, growth) = (damping * growth, growth * 2);
                    continue;
                }

                var linear = departures + (jacobian * step);
                var ratio = (sum - nextSum) / (sum - linear.DotProduct(linear));
                (damping, growth) = (damping * Math.Max(1 / 3.0, 1 - Math.Pow((2 * ratio) - 1, 3)), 2);
                var isEnd = sum - nextSum <= LeastGain * sum;
                (point, residuals, sum) = (next, nextResiduals, nextSum);
                if (isEnd)
                {
                    return (point, sum);
                }
            }
        }

        return (point, sum);
    }

    // By the QR factors of J over √λ D: no product of J with itself, whose condition is squared.
    private static Vector<double> Step(Matrix<double> jacobian, Vector<double> residuals, double damping)
    {
        var sizes = DenseVector.OfEnumerable(jacobian.ColumnNorms(2));
        var least = Math.Max(LeastSize * sizes.Maximum(), double.Epsilon);
        var weights = Matrix<double>.Build.DiagonalOfDiagonalVector(sizes.Map(size => Math.Sqrt(damping) * Math.Max(size, least)));
        var right = Vector<double>.Build.Dense(residuals.Count + sizes.Count);
        (-residuals).CopySubVectorTo(right, 0, 0, residuals.Count);
        return jacobian.Stack(weights).QR().Solve(right);
    }

    private static double SumOf(double[] residuals)
    {
        var sum = residuals.Sum(r => r * r);
        return double.IsFinite(sum) ? sum : double.PositiveInfinity;
    }
}
