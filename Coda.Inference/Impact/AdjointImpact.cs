using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;

namespace Coda.Inference.Impact;

/// <summary>What each observation of a step was worth, by the adjoints of forecast and analysis. One worker's; not thread-safe.</summary>
/// <remarks>
/// R. H. Langland and N. L. Baker, Tellus A 56, 2004, doi:10.3402/tellusa.v56i3.14413. x_a is the analysis of step k, x_b the one without the observations of
/// step k, with all others; e is the error of the forecast from there. e(x_a) - e(x_b) ≈ (x_a - x_b)ᵀ g, g = ½ (Mᵀe'|_a + Mᵀe'|_b): the mean of both gradients,
/// whose error is of third order (R. M. Errico, Tellus A 59, 2007, doi:10.1111/j.1600-0870.2006.00217.x; D. N. Daescu and R. Todling, Mon. Weather Rev. 137,
/// 2009, doi:10.1175/2008MWR2659.1). x_a - x_b is the integral of K dy along the way from y = H(x_b), where an observation tells nothing new, to what was
/// observed, again by the mean of both ends: the impact of an observation is (y - H(x_b)) ½ (K_aᵀ g + K_bᵀ g).
/// </remarks>
public sealed class AdjointImpact : IDisposable
{
    private const long ProbeStream = 0x1A9;

    private readonly IObservationArchive _archive;
    private readonly IAnalysisSensitivity _analysis;
    private readonly IVerification _verification;
    private readonly ForecastSensitivity _forecast;
    private readonly AlgebraMap<double> _operator;
    private readonly ImpactRequest _request;
    private readonly float[] _sigma;
    private readonly int _size;
    private readonly CancellationToken _cancellation;

    /// <summary>Makes a worker.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="method">The method; its states are those of the model.</param>
    /// <param name="model">The forecast model, with an adjoint.</param>
    /// <param name="h">What the archive observes of the model's states.</param>
    /// <param name="verification">What forecasts are held against; it stays the caller's.</param>
    /// <param name="request">Lead and influences.</param>
    /// <param name="cancellation">Stops what the method has to find out first, and influences on their way.</param>
    /// <exception cref="ArgumentException">The archive's errors are not additive, states have bounds, or the model has no adjoint.</exception>
    public AdjointImpact(
        IObservationArchive archive, ISensitiveMethod method, ForecastModel model, ObservationOperator h, IVerification verification, ImpactRequest request,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(request);
        ImpactOperator.Require(archive, model, request);
        _cancellation = cancellation;
        (_archive, _verification, _request, _size) = (archive, verification, request, model.StateSize);
        _sigma = ImpactOperator.Sigmas(archive.Description);
        _operator = ImpactOperator.Of(h, model.Layout);
        _analysis = method.StartSensitivity(archive, cancellation);
        _forecast = new(model, ForcingSeries.Of(model.Forcing, archive), verification, request.Lead);
    }

    /// <summary>Weighs the observations of a step.</summary>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="step">The step.</param>
    /// <returns>Nothing where nothing is observed at the step, or nothing verifies the forecast.</returns>
    public ImpactCase? At(int trajectory, long step)
    {
        var steps = _analysis.Window(step);
        var window = _archive.ReadObservations(trajectory, steps);
        var first = (int)(step - steps.Start) * window.SiteCount;
        int[] sites = [.. Enumerable.Range(0, window.SiteCount).Where(site => window.Mask[first + site] != 0)];
        if (sites.Length == 0 || !_verification.Load(trajectory, step + _request.Lead))
        {
            return null;
        }

        var (with, without, seen) = (new double[_size], new double[_size], new double[window.SiteCount]);
        var (gradient, other) = (new double[_size], new double[_size]);
        _analysis.Analyze(Changed(window, first, sites, null), step, without);
        _operator.Apply(without, seen, 1);
        var errorWithout = _forecast.Error(trajectory, step, without, other);
        var (before, after) = (new double[window.Mask.Length], new double[window.Mask.Length]);
        var values = new double[_size];
        _analysis.Analyze(window, step, with);
        var error = _forecast.Error(trajectory, step, with, gradient);
        for (var i = 0; i < _size; i++)
        {
            gradient[i] = 0.5 * (gradient[i] + other[i]);
        }

        _analysis.Pull(gradient, after);
        var influences = Influences(window, first, sites, with, trajectory, step);
        var targets = _request.Targets ? Targets(trajectory, step, with) : [];
        _analysis.Analyze(Changed(window, first, sites, seen), step, values);
        _analysis.Pull(gradient, before);
        return new ImpactCase(trajectory, step, error, errorWithout,
            [.. sites.Select((site, i) => Of(site, influences[i]))]) { Targets = targets }.Finite(_request.Lead);

        ObservationImpact Of(int site, double influence)
        {
            var innovation = window.Values[first + site] - seen[site];
            var sensitivity = 0.5 * (before[first + site] + after[first + site]);
            return new(site, window.Values[first + site], innovation, innovation * sensitivity, influence);
        }
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        _analysis.Dispose();
        _forecast.Dispose();
        _operator.Dispose();
    }

    // Without the observations of the step, or with others in their places.
    private static ObservationStretch Changed(ObservationStretch window, int first, int[] sites, double[]? values)
    {
        var changed = new ObservationStretch(window.Trajectory, window.Steps, window.SiteCount) { Sigma = window.Sigma };
        window.Values.CopyTo(changed.Values, 0);
        window.Mask.CopyTo(changed.Mask, 0);
        foreach (var site in sites)
        {
            changed.Values[first + site] = (float)(values?[site] ?? 0);
            changed.Mask[first + site] = values is null ? 0 : 1;
        }

        return changed;
    }

    // ∂H(x_a)_o/∂y_o, each by a solve of its own; or all from probes z of independent signs, E z_o (Kᵀ Hᵀ z)_o.
    private double[] Influences(ObservationStretch window, int first, int[] sites, double[] state, int trajectory, long step)
    {
        var (signs, gradient, values) = (new double[window.SiteCount], new double[_size], new double[window.SiteCount]);
        var (pulled, sums) = (new double[window.Mask.Length], new double[sites.Length]);
        var probes = _request.Probes ?? sites.Length;
        for (var probe = 0; probe < probes; probe++)
        {
            _cancellation.ThrowIfCancellationRequested();
            var random = new CounterRandom((ulong)trajectory, ProbeStream, step, probe);
            Array.Clear(signs);
            for (var i = 0; i < sites.Length; i++)
            {
                signs[sites[i]] = _request.Probes is null ? (i == probe ? 1 : 0) : random.NextUniform() < 0.5 ? -1 : 1;
            }

            _operator.Pull(state, signs, values, gradient, 1);
            _analysis.Pull(gradient, pulled);
            for (var i = 0; i < sites.Length; i++)
            {
                sums[i] += signs[sites[i]] * pulled[first + sites[i]] / (_request.Probes ?? 1);
            }
        }

        return sums;
    }

    // |M P h|² / (hᵀ P h + σ²) / n of one more observation h.
    private double[] Targets(int trajectory, long step, double[] state)
    {
        var sites = _sigma.Length;
        var (columns, gains, unit, values) = (new double[sites * _size], new double[sites], new double[sites], new double[sites]);
        var direction = new double[_size];
        for (var site = 0; site < sites; site++)
        {
            Array.Clear(unit);
            unit[site] = 1;
            _operator.Pull(state, unit, values, direction, 1);
            var column = columns.AsSpan(site * _size, _size);
            if (!_analysis.Covary(direction, column))
            {
                return [];
            }

            var sigma = _request.TargetSigma ?? _sigma[site];
            gains[site] = 1 / (_size * (TensorPrimitives.Dot(direction, column) + (sigma * sigma)));
        }

        _forecast.Push(trajectory, step, columns);
        for (var site = 0; site < sites; site++)
        {
            gains[site] *= TensorPrimitives.SumOfSquares<double>(columns.AsSpan(site * _size, _size));
        }

        return gains;
    }
}
