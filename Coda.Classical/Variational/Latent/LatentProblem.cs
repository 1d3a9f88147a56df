using System.Numerics.Tensors;
using Coda.Classical.Numerics;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Variational.Latent;

/// <summary>J(v) = ½|v|² + ½|y - H(D(z_b + L v) + r)|² in R⁻¹ of one step, as least squares in v, of independent unit errors.</summary>
/// <param name="states">The auto-encoder.</param>
/// <param name="h">H with its derivative.</param>
/// <param name="root">L, a root of the background's covariance. [latent, latent]</param>
internal sealed class LatentProblem(LatentStates states, Jacobian h, Matrix<double> root) : ILeastSquares
{
    private readonly double[] _latent = new double[states.Size];
    private readonly double[] _state = new double[states.StateSize];
    private readonly double[] _derivative = new double[states.Size * states.StateSize];
    private Matrix<double>? _tangent;  // at the last point asked for
    private double[] _point = [];        // that point
    private double[] _background = []; // z_b
    private double[] _residual = [];   // r, what the decoder does not give
    private ObservationTerms _observations = null!;
    private (int Start, int End) _at;

    /// <summary>Comes to a step.</summary>
    /// <param name="background">z_b. [latent]</param>
    /// <param name="residual">r. [space]</param>
    /// <param name="observations">The observations of a stretch.</param>
    /// <param name="row">The step within it.</param>
    public void Begin(double[] background, double[] residual, ObservationTerms observations, int row) =>
        (_background, _residual, _observations, _at, _tangent) = (background, residual, observations, observations.At(row), null);

    /// <summary>The state of a point: D(z_b + L v) + r.</summary>
    /// <param name="point">v. [latent]</param>
    /// <param name="state">Takes it. [space]</param>
    public void State(double[] point, double[] state)
    {
        states.Decode(LatentOf(point), state);
        TensorPrimitives.Add<double>(state, _residual, state);
    }

    /// <summary>The derivative of the state by v at a point. [space, latent]</summary>
    /// <param name="point">v. [latent]</param>
    public Matrix<double> Tangent(double[] point)
    {
        if (_tangent is null || !point.AsSpan().SequenceEqual(_point))
        {
            states.Linearize(LatentOf(point), _state, _derivative);
            _tangent = new DenseMatrix(states.StateSize, states.Size, _derivative) * root; // by columns, as the rows of _derivative are
            _point = [.. point];
        }

        return _tangent;
    }

    /// <summary>The derivative of what is observed, over the errors' deviations. [observation, latent]</summary>
    /// <param name="state">The state. [space]</param>
    /// <param name="tangent">The derivative of the state. [space, latent]</param>
    public Matrix<double> Observed(double[] state, Matrix<double> tangent)
    {
        h.Evaluate(state, 1);
        var observed = new DenseMatrix(_at.End - _at.Start, states.Size);
        for (var o = _at.Start; o < _at.End; o++)
        {
            var site = _observations.Sites[o];
            foreach (var i in h.ColumnsOf[site])
            {
                var weight = h.Entry(0, site, i) / Math.Sqrt(_observations.Variances[o]);
                for (var k = 0; k < states.Size; k++)
                {
                    observed[o - _at.Start, k] += weight * tangent[i, k];
                }
            }
        }

        return observed;
    }

    /// <inheritdoc/>
    public double[] Residuals(double[] point)
    {
        State(point, _state);
        h.Evaluate(_state, 1);
        var residuals = new double[states.Size + _at.End - _at.Start];
        point.CopyTo(residuals, 0);
        for (var o = _at.Start; o < _at.End; o++)
        {
            residuals[states.Size + o - _at.Start] = (_observations.Values[o] - h.Value(0)[_observations.Sites[o]]) / Math.Sqrt(_observations.Variances[o]);
        }

        return residuals;
    }

    /// <inheritdoc/>
    public double[,] Derivatives(double[] point, double[] residuals)
    {
        var tangent = Tangent(point);
        State(point, _state);
        return DenseMatrix.CreateIdentity(states.Size).Stack(-Observed(_state, tangent)).ToArray();
    }

    private double[] LatentOf(double[] point)
    {
        (DenseVector.OfArray(_background) + (root * DenseVector.OfArray(point))).AsArray().CopyTo(_latent, 0);
        return _latent;
    }
}
