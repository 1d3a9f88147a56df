using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Filters;
using Coda.Classical.Variational.Tangents;

namespace Coda.Classical.Tuning.Likelihood;

/// <summary>The extended Kalman filter in many windows at once, each from the same prior, for its innovations. Not thread-safe.</summary>
/// <remarks>
/// The windows of a batch go step by step together, so that the model and its derivative are computed for all of them at a time. In the first half of the steps
/// that do not count the model's error is not smaller than a given one: far from the truth the filter, which is linear, would else believe itself too early.
/// </remarks>
internal sealed class InnovationFilter : IDisposable
{
    private readonly Jacobian _model;
    private readonly ObservationUpdate _update;
    private readonly CovarianceForecast _forecast;
    private readonly CovarianceForecast _warmUp;
    private readonly int _size;
    private double[] _states = []; // [window, space]
    private double[] _covariances = []; // [window, space, space]
    private double[] _forcing = []; // [window, 2, channel]

    /// <summary>Makes the filter.</summary>
    /// <param name="model">M and H.</param>
    /// <param name="errors">The variances of the model's error in one step. [space]</param>
    /// <param name="warmUpError">That which they have at least in the beginning.</param>
    public InnovationFilter(LinearizedModel model, double[] errors, double warmUpError)
    {
        (_model, _update, _size) = (model.StartModel(), new ObservationUpdate(model), model.Layout.Size);
        (_forecast, _warmUp) = (new CovarianceForecast(errors), new CovarianceForecast([.. errors.Select(q => Math.Max(q, warmUpError))]));
    }

    /// <summary>Filters windows of the same number of steps.</summary>
    /// <param name="windows">What each observes.</param>
    /// <param name="records">Takes the innovations of each. [window]</param>
    /// <param name="steps">Their steps.</param>
    /// <param name="margin">The first steps, whose innovations do not count.</param>
    /// <param name="prior">What is known of the first state of each.</param>
    public void Run(ReadOnlySpan<ObservationTerms> windows, ReadOnlySpan<InnovationRecord> records, int steps, int margin, Prior prior)
    {
        Begin(windows.Length, prior);
        for (var row = 0; row < steps; row++)
        {
            if (row > 0)
            {
                Forecast(windows, row - 1, row < margin / 2 ? _warmUp : _forecast);
            }

            for (var w = 0; w < windows.Length; w++)
            {
                records[w].IsCounting = row >= margin;
                _update.Assimilate(windows[w], row, State(w), Covariance(w), _forecast.Stride, records[w]);
            }
        }
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose()
    {
        _model.Dispose();
        _update.Dispose();
    }

    private void Begin(int count, Prior prior)
    {
        (_states, _covariances) = (new double[count * _size], new double[count * _forecast.Entries]);
        for (var w = 0; w < count; w++)
        {
            prior.Mean.CopyTo(State(w));
            for (var i = 0; i < _size; i++)
            {
                Covariance(w)[(i * _forecast.Stride) + i] = prior.Variances[i];
            }
        }
    }

    private void Forecast(ReadOnlySpan<ObservationTerms> windows, int row, CovarianceForecast forecast)
    {
        var length = windows[0].Forcing(row).Length;
        if (_forcing.Length != windows.Length * length)
        {
            _forcing = new double[windows.Length * length];
        }

        for (var w = 0; w < windows.Length; w++)
        {
            windows[w].Forcing(row).CopyTo(_forcing.AsSpan(w * length));
        }

        _model.Evaluate(_states, windows.Length, _forcing);
        for (var w = 0; w < windows.Length; w++)
        {
            _model.Value(w).CopyTo(State(w));
            forecast.Apply(_model, w, Covariance(w));
        }
    }

    private Span<double> State(int window) => _states.AsSpan(window * _size, _size);

    private Span<double> Covariance(int window) => _covariances.AsSpan(window * _forecast.Entries, _forecast.Entries);
}
