using Coda.Classical.Numerics;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Filters;
using Coda.Classical.Variational.Tangents;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Variational.Latent;

/// <summary>3D-Var in a latent space, step by step. Not thread-safe.</summary>
internal sealed class LatentFilter : IStepFilter
{
    private readonly Jacobian _model;
    private readonly Jacobian _h;
    private readonly LatentStates _latent;
    private readonly LatentClimatology _climatology;
    private readonly LatentProblem _first;
    private readonly LatentProblem _problem;
    private readonly int _iterations;
    private readonly bool _keepsResidual;
    private readonly double[] _decoded;
    private double[] _state = [];

    /// <summary>Makes the filter.</summary>
    /// <param name="model">M and H.</param>
    /// <param name="latent">The auto-encoder; disposed with this.</param>
    /// <param name="climatology">The background of the first step, and the covariance of all others but for its scale.</param>
    /// <param name="scale">β, by which that covariance is multiplied.</param>
    /// <param name="iterations">The most steps towards a minimum.</param>
    /// <param name="keepsResidual">Whether what the decoder leaves of a forecast is kept beside it.</param>
    public LatentFilter(LinearizedModel model, LatentStates latent, LatentClimatology climatology, double scale, int iterations, bool keepsResidual)
    {
        (_model, _h, _latent, _climatology) = (model.StartModel(), model.StartObservations(), latent, climatology);
        (_iterations, _keepsResidual, _decoded) = (iterations, keepsResidual, new double[latent.StateSize]);
        _first = new(latent, _h, climatology.Root);
        _problem = new(latent, _h, climatology.Background * Math.Sqrt(scale));
    }

    /// <inheritdoc/>
    public void Start() => _state = [];

    /// <inheritdoc/>
    public void Step(ObservationTerms observations, int row, Span<float> state, Span<float> spread, InnovationWatch watch)
    {
        var isFirst = _state.Length == 0;
        var (background, residual) = isFirst ? FirstBackground() : Background(observations, row);
        var problem = isFirst ? _first : _problem; // the climatology itself is the background of the first step
        problem.Begin(background, residual, observations, row);
        var point = new double[_latent.Size];
        var (start, end) = observations.At(row);
        watch.Begin(end - start);
        if (end > start)
        {
            Watch(problem, observations, (start, end), watch);
            point = LevenbergMarquardt.Minimize(problem, point, _iterations, CancellationToken.None).Point;
        }

        if (end > start || isFirst || !_keepsResidual)
        {
            problem.State(point, _state);
        }

        Spread(problem, point, end > start, spread);
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(_state, state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _h.Dispose();
        _latent.Dispose();
    }

    private (double[] Latent, double[] Residual) FirstBackground()
    {
        _state = new double[_latent.StateSize];
        return ([.. _climatology.Mean], new double[_latent.StateSize]);
    }

    // z_b = E(x_b), r = x_b - D(z_b).
    private (double[] Latent, double[] Residual) Background(ObservationTerms observations, int row)
    {
        var (next, latent) = (new double[_latent.StateSize], new double[_latent.Size]);
        _model.Apply(_state, next, 1, observations.Forcing(row - 1));
        next.CopyTo(_state, 0);
        _latent.Encode(_state, latent);
        if (!_keepsResidual)
        {
            return (latent, new double[_latent.StateSize]);
        }

        _latent.Decode(latent, _decoded);
        System.Numerics.Tensors.TensorPrimitives.Subtract<double>(_state, _decoded, next);
        return (latent, next);
    }

    private void Watch(LatentProblem problem, ObservationTerms observations, (int Start, int End) at, InnovationWatch watch)
    {
        var origin = new double[_latent.Size];
        var tangent = problem.Tangent(origin);
        problem.State(origin, _state);
        var observed = problem.Observed(_state, tangent);
        for (var o = at.Start; o < at.End; o++)
        {
            var (site, variance, row) = (observations.Sites[o], observations.Variances[o], observed.Row(o - at.Start));
            watch.Add(site, observations.Values[o], observations.Values[o] - _h.Value(0)[site], row.DotProduct(row) * variance, variance);
        }
    }

    // Of A = T (I + GᵀG)⁻¹ Tᵀ, with T the derivative of the state and G that of what is observed.
    private void Spread(LatentProblem problem, double[] point, bool isObserved, Span<float> spread)
    {
        var tangent = problem.Tangent(point);
        var right = tangent;
        if (isObserved)
        {
            var observed = problem.Observed(_state, tangent);
            var precision = DenseMatrix.CreateIdentity(_latent.Size) + observed.TransposeThisAndMultiply(observed);
            right = precision.Cholesky().Solve(tangent.Transpose()).Transpose();
        }

        for (var i = 0; i < spread.Length; i++)
        {
            spread[i] = (float)Math.Sqrt(Math.Max(0, tangent.Row(i).DotProduct(right.Row(i))));
        }
    }
}
