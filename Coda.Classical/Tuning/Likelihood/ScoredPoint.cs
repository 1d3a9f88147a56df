using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Tuning.Likelihood;

/// <summary>A point of the method of scoring; derivatives are by the numbers that are free, per unit of each.</summary>
/// <param name="Point">The numbers. [number]</param>
/// <param name="Cost">Minus the logarithm of likelihood and prior.</param>
/// <param name="Scores">The gradient of each window's cost, downhill. [window][number]</param>
internal sealed record ScoredPoint(double[] Point, double Cost, IReadOnlyList<Vector<double>> Scores)
{
    /// <summary>The gradient of the whole cost, downhill. [number]</summary>
    public required Vector<double> Right { get; init; }

    /// <summary>Fisher's information and the prior's. [number, number]</summary>
    public required Matrix<double> Precision { get; init; }

    /// <summary>The steps that led here.</summary>
    public required int Passes { get; init; }

    /// <summary>Whether there is no step to take.</summary>
    public bool IsAtRest { get; init; }

    /// <summary>The square of the next step over the standard errors.</summary>
    public double Move => Right.DotProduct(Precision.Solve(Right));

    /// <summary>The covariance by curvature. [number, number]</summary>
    public Matrix<double> Covariance => Precision.Inverse();

    /// <summary>The covariance by the scatter of the windows' scores (P. J. Huber, 1967). [number, number]</summary>
    public Matrix<double> Scatter
    {
        get
        {
            var sum = (Matrix<double>)DenseMatrix.Create(Right.Count, Right.Count, 0);
            foreach (var score in Scores)
            {
                var departure = (score - (Right / Scores.Count)).ToColumnMatrix();
                sum += departure.TransposeAndMultiply(departure);
            }

            return Covariance * sum * Covariance;
        }
    }
}
