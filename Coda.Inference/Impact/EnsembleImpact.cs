using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;

namespace Coda.Inference.Impact;

/// <summary>What each observation of a step was worth, by an ensemble's own covariances: no adjoint of any kind. Give it to an ensemble filter as
/// <see cref="AnalysisRequest.Ensembles"/>.</summary>
/// <remarks>
/// E. Kalnay, Y. Ota, T. Miyoshi and J. Liu, "A simpler formulation of forecast sensitivity to observations: application to ensemble Kalman filters", Tellus A
/// 64, 2012, doi:10.3402/tellusa.v64i0.18462: K = X_a (H X_a)ᵀ R⁻¹ / (N - 1), and M X_a are the forecast anomalies X_f, so that the impact of an observation is
/// (y - H(x_b)) / σ² · (H X_a)_o X_fᵀ ½ (e'|_a + e'|_b) / (N - 1), e' the error's gradient at the forecasts from both means. x_b is the forecast that was
/// analyzed. Localized filters' covariances are tapered as their analyses are, about the observation's site, which short leads allow.
/// </remarks>
public sealed class EnsembleImpact : IEnsembleReader, IDisposable
{
    private readonly Lock _turn = new();
    private readonly ConcurrentBag<ImpactCase> _cases = [];
    private readonly IObservationArchive _archive;
    private readonly ForcingSeries? _forcing;
    private readonly IStateMap _model;
    private readonly IVerification _verification;
    private readonly AlgebraMap<double> _operator;
    private readonly ImpactRequest _request;
    private readonly Func<int, long, bool> _wants;
    private readonly float[] _sigma;
    private readonly int _size;

    /// <summary>Makes the reader.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="model">The forecast model, that of the filter.</param>
    /// <param name="h">What the archive observes of its states.</param>
    /// <param name="verification">What forecasts are held against; it stays the caller's.</param>
    /// <param name="request">Lead and targets; influences are exact.</param>
    /// <param name="wants">Which steps of which trajectories are weighed.</param>
    /// <exception cref="ArgumentException">The archive's errors are not additive, or states have bounds.</exception>
    public EnsembleImpact(
        IObservationArchive archive, ForecastModel model, ObservationOperator h, IVerification verification, ImpactRequest request,
        Func<int, long, bool> wants)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(request);
        ImpactOperator.Require(archive, model, request);
        (_archive, _verification, _request, _wants, _size) = (archive, verification, request, wants, model.StateSize);
        (_sigma, _operator) = (ImpactOperator.Sigmas(archive.Description), ImpactOperator.Of(h, model.Layout));
        (_model, _forcing) = (model.Start(isDouble: true), ForcingSeries.Of(model.Forcing, archive));
    }

    /// <summary>What was found so far, by trajectory and step.</summary>
    public IReadOnlyList<ImpactCase> Cases => [.. _cases.OrderBy(c => c.Trajectory).ThenBy(c => c.Step)];

    /// <inheritdoc/>
    public bool Wants(int trajectory, long step) => _wants(trajectory, step);

    /// <inheritdoc/>
    public void Read(EnsembleStep update)
    {
        ArgumentNullException.ThrowIfNull(update);
        lock (_turn)
        {
            if (Weigh(update) is { } found)
            {
                _cases.Add(found);
            }
        }
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose()
    {
        _model.Dispose();
        _operator.Dispose();
    }

    private ImpactCase? Weigh(EnsembleStep update)
    {
        var (members, step) = (update.Members, update.Step);
        var stretch = _archive.ReadObservations(update.Trajectory, new StepRange(step, step + 1));
        int[] sites = [.. Enumerable.Range(0, stretch.SiteCount).Where(site => stretch.Mask[site] != 0)];
        if (sites.Length == 0 || !_verification.Load(update.Trajectory, step + _request.Lead))
        {
            return null;
        }

        var (before, after) = (Observed(update.Background.Span, members), Observed(update.Analysis.Span, members));
        var forecasts = Forecasts(update);
        var (gradient, other) = (new double[_size], new double[_size]);
        var error = _verification.Error(forecasts.AsSpan(members * _size, _size), gradient);
        var errorWithout = _verification.Error(forecasts.AsSpan((members + 1) * _size, _size), other);
        TensorPrimitives.Add<double>(gradient, other, gradient);
        TensorPrimitives.Multiply(gradient, 0.5, gradient);
        Center(forecasts, members, _size);
        var seen = Center(before, members, stretch.SiteCount);
        Center(after, members, stretch.SiteCount);
        var scale = 1 / ((members - 1) * update.Inflation * update.Inflation);
        var along = Along(forecasts, gradient, members);
        return new ImpactCase(update.Trajectory, step, error, errorWithout, [.. sites.Select(Of)])
        {
            Targets = _request.Targets
                ? [.. Enumerable.Range(0, stretch.SiteCount).Select(site => Target(site, after, forecasts, members, update.Taper?.Invoke(site)))] : [],
        }.Finite(_request.Lead);

        ObservationImpact Of(int site)
        {
            var sigma = ImpactOperator.Sigma(stretch, site, _sigma);
            var tapered = update.Taper is { } taper ? Along(forecasts, [.. gradient.Zip(taper(site), (g, w) => g * w)], members) : along;
            var (product, square) = (0.0, 0.0);
            for (var m = 0; m < members; m++)
            {
                var anomaly = after[(m * stretch.SiteCount) + site];
                (product, square) = (product + (anomaly * tapered[m]), square + (anomaly * anomaly));
            }

            var innovation = stretch.Values[site] - seen[site];
            return new(site, stretch.Values[site], innovation, innovation * product * scale / (sigma * sigma), square * scale / (sigma * sigma));
        }
    }

    // The analyzed members and both means, at the lead. [member + 2, space]
    private double[] Forecasts(EnsembleStep update)
    {
        var members = update.Members;
        var states = new double[(members + 2) * _size];
        update.Analysis.Span.CopyTo(states);
        Center([.. update.Analysis.Span], members, _size).CopyTo(states, members * _size);
        Center([.. update.Background.Span], members, _size).CopyTo(states, (members + 1) * _size);
        var next = new double[states.Length];
        for (var k = 0; k < _request.Lead; k++)
        {
            _model.Apply(states, next, members + 2, _forcing?.Over(update.Trajectory, update.Step + k));
            (states, next) = (next, states);
        }

        return states;
    }

    private double[] Observed(ReadOnlySpan<double> states, int members)
    {
        var seen = new double[members * _operator.OutputSize];
        _operator.Apply(states, seen, members);
        return seen;
    }

    // Each member's anomaly along a direction. [member]
    private double[] Along(double[] anomalies, double[] direction, int members) =>
        [.. Enumerable.Range(0, members).Select(m => TensorPrimitives.Dot<double>(anomalies.AsSpan(m * _size, _size), direction))];

    // |X_f (H X_a)ᵀ / (N - 1)|² / (variance + σ²) / n, of a localized filter with its taper
    private double Target(int site, double[] seen, double[] forecasts, int members, IReadOnlyList<double>? taper)
    {
        var (column, variance, sites) = (new double[_size], 0.0, _operator.OutputSize);
        for (var m = 0; m < members; m++)
        {
            var anomaly = seen[(m * sites) + site];
            variance += anomaly * anomaly / (members - 1);
            TensorPrimitives.MultiplyAdd(forecasts.AsSpan(m * _size, _size), anomaly / (members - 1), column, column);
        }

        if (taper is not null)
        {
            TensorPrimitives.Multiply(column, [.. taper], column);
        }

        var sigma = _request.TargetSigma ?? _sigma[site];
        return TensorPrimitives.SumOfSquares<double>(column) / (_size * (variance + (sigma * sigma)));
    }

    // Takes the mean of the members off, and gives it.
    private static double[] Center(double[] rows, int members, int size)
    {
        var mean = new double[size];
        for (var m = 0; m < members; m++)
        {
            TensorPrimitives.MultiplyAdd(rows.AsSpan(m * size, size), 1.0 / members, mean, mean);
        }

        for (var m = 0; m < members; m++)
        {
            TensorPrimitives.Subtract(rows.AsSpan(m * size, size), mean, rows.AsSpan(m * size, size));
        }

        return mean;
    }
}
