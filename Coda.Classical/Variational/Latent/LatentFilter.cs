using Coda.Classical.Numerics;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Filters;
using Coda.Classical.Variational.Tangents;
using MathNet.Numerics.LinearAlgebra;

namespace Coda.Classical.Variational.Latent;

/// <summary>3D-Var in a latent space, step by step. Not thread-safe.</summary>
internal sealed class LatentFilter : IStepFilter
{
    private readonly Jacobian _model;
    private readonly Jacobian _h;
    private readonly LatentStates _latent;
    private readonly LatentClimatology _climatology;
    private readonly Matrix<double> _root;
    private readonly LatentWindow _window;
    private readonly int _iterations;
    private readonly bool _keepsResidual;
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
        (_iterations, _keepsResidual, _root, _window) = (iterations, keepsResidual, climatology.Background * Math.Sqrt(scale), new(latent, model));
    }

    /// <inheritdoc/>
    public void Start() => _state = [];

    /// <inheritdoc/>
    public void Step(ObservationTerms observations, int row, Span<float> state, Span<float> spread, InnovationWatch watch)
    {
        var isFirst = _state.Length == 0;
        var (background, residual) = isFirst ? ([.. _climatology.Mean], new double[_latent.StateSize]) : Background(observations, row);
        _window.Begin(background, residual, isFirst ? _climatology.Root : _root, observations, row); // that of the first step is the climatology itself
        var point = new double[_latent.Size];
        var (start, end) = observations.At(row);
        watch.Begin(end - start);
        if (end > start)
        {
            Watch(observations, (start, end), watch);
            point = LevenbergMarquardt.Minimize(_window, point, _iterations, CancellationToken.None).Point;
        }

        if (end > start || isFirst || !_keepsResidual)
        {
            _state = [.. _window.State(point)];
        }

        LatentSpread.Of(_window, point, 0, LatentSpread.Factor(_window, point), spread);
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(_state, state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _h.Dispose();
        _window.Dispose();
        _latent.Dispose();
    }

    // z_b = E(x_b), r = x_b - D(z_b).
    private (double[] Latent, double[] Residual) Background(ObservationTerms observations, int row)
    {
        var next = new double[_latent.StateSize];
        _model.Apply(_state, next, 1, observations.Forcing(row - 1));
        next.CopyTo(_state, 0);
        return _latent.Split(_state, _keepsResidual);
    }

    private void Watch(ObservationTerms observations, (int Start, int End) at, InnovationWatch watch)
    {
        var origin = new double[_latent.Size];
        var observed = _window.Observations(origin, 1);
        _h.Evaluate(_window.State(origin), 1);
        for (var o = at.Start; o < at.End; o++)
        {
            var (site, variance, row) = (observations.Sites[o], observations.Variances[o], observed.Row(o - at.Start));
            watch.Add(site, observations.Values[o], observations.Values[o] - _h.Value(0)[site], row.DotProduct(row) * variance, variance);
        }
    }
}
