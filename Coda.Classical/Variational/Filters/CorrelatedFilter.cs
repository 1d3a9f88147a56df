using Coda.Classical.Correlations;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Classical.Variational.Windows;

namespace Coda.Classical.Variational.Filters;

/// <summary>3D-Var without a matrix: the background's covariance is an operator, and conjugate gradients in control space lead to the minimum.</summary>
/// <remarks>A step is a 4D-Var window of its own. The analyses have no spread.</remarks>
internal sealed class CorrelatedFilter : IStepFilter
{
    private const int MostSteps = 3; // Gauss-Newton's, where H is not linear
    private const double Decrease = 0.01; // of the cost, which it is the last for

    private readonly AdjointWindowSolver _solver;
    private readonly int[] _locations;
    private readonly Prior _climatology;
    private readonly ICovariance _covariance;
    private readonly double[] _seen;
    private double[] _state = [];

    /// <summary>Makes the filter.</summary>
    /// <param name="model">M and H.</param>
    /// <param name="climatology">The background of the first step.</param>
    /// <param name="covariance">B of all others.</param>
    public CorrelatedFilter(LinearizedModel model, Prior climatology, ICovariance covariance)
    {
        (_solver, _locations, _climatology, _covariance) = (new(model), [.. model.Locations], climatology, covariance);
        _seen = new double[model.SiteCount];
    }

    /// <inheritdoc/>
    public bool HasSpread => false;

    /// <inheritdoc/>
    public void Start() => _state = [];

    /// <inheritdoc/>
    public void Step(ObservationTerms observations, int row, Span<float> state, Span<float> spread, InnovationWatch watch)
    {
        var prior = _climatology;
        if (_state.Length > 0)
        {
            _solver.Advance(_state, observations, row - 1, 1);
            prior = new Prior([.. _state], _covariance);
        }

        _state = [.. prior.Mean];
        Watch(observations, row, prior, watch);
        if (observations.At(row) is var (start, end) && end > start)
        {
            _solver.Minimize(_state, (observations, row, 1), prior, 0, MostSteps, Decrease);
        }

        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(_state, state);
    }

    /// <inheritdoc/>
    public void Dispose() => _solver.Dispose();

    // H B Hᵀ is taken as the variance where a site lies.
    private void Watch(ObservationTerms observations, int row, Prior prior, InnovationWatch watch)
    {
        var (start, end) = observations.At(row);
        watch.Begin(end - start);
        _solver.Observe(prior.Mean, _seen);
        for (var o = start; o < end; o++)
        {
            var site = observations.Sites[o];
            watch.Add(site, observations.Values[o], observations.Values[o] - _seen[site], prior.Variances[_locations[site]], observations.Variances[o]);
        }
    }
}
