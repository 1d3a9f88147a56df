using MathNet.Numerics.LinearAlgebra;

namespace Coda.Classical.Tuning.Likelihood;

/// <summary>The likelihood of innovations about a point: what the method of scoring needs of it, all per unit of each number.</summary>
/// <param name="Cost">Minus the logarithm of the likelihood.</param>
/// <param name="Scores">The gradient of each window's cost, downhill. [window][number]</param>
/// <param name="Information">Fisher's information of all windows. [number, number]</param>
internal sealed record LikelihoodEquations(double Cost, IReadOnlyList<Vector<double>> Scores, Matrix<double> Information);
