using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Coda.Service.Metrics;

/// <summary>What the service counts and measures. Safe for use from several threads.</summary>
internal sealed class ServiceMetrics : IDisposable
{
    private static readonly double[] SecondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    private static readonly double[] BatchBounds = [1, 2, 4, 8, 16, 32, 64, 128];

    private readonly Counter<long> _requests;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _analyses;
    private readonly Counter<long> _forecasts;
    private readonly Histogram<double> _seconds;
    private readonly Histogram<double> _batch;

    /// <summary>Declares the instruments.</summary>
    public ServiceMetrics()
    {
        _requests = Meter.CreateCounter<long>("coda_requests_total", description: "Requests answered, by route, method and status.");
        _rejected = Meter.CreateCounter<long>("coda_rejected_requests_total", description: "Requests that were not computed, by reason.");
        _analyses = Meter.CreateCounter<long>("coda_analyses_total", description: "Analyses computed, by form of the network.");
        _forecasts = Meter.CreateCounter<long>("coda_forecasts_total", description: "Forecasts computed, one for each start.");
        _seconds = Meter.CreateHistogram(
            "coda_request_duration_seconds", description: "Time from a request's first line to the end of its reply, by route.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = SecondsBounds });
        _batch = Meter.CreateHistogram(
            "coda_batch_size", description: "Analyses or forecasts that one run computed together, by kind.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = BatchBounds });
    }

    /// <summary>The meter of this service alone.</summary>
    public Meter Meter { get; } = new("Coda.Service");

    /// <summary>Declares a number that is read when it is asked for.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is.</param>
    /// <param name="value">Reads it.</param>
    /// <param name="tags">Its labels.</param>
    public void Gauge(string name, string description, Func<double> value, params KeyValuePair<string, object?>[] tags) =>
        Meter.CreateObservableGauge(name, () => new Measurement<double>(value(), tags), description: description);

    /// <summary>Counts an answered request.</summary>
    public void Answered(string route, string method, int status, TimeSpan time)
    {
        _requests.Add(1, new TagList { { "route", route }, { "method", method }, { "status", status } });
        _seconds.Record(time.TotalSeconds, new KeyValuePair<string, object?>("route", route));
    }

    /// <summary>Counts a request that was not computed.</summary>
    public void Rejected(string reason) => _rejected.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Counts the analyses of one run.</summary>
    public void Analyzed(string form, int count) => Computed(_analyses, form, count, new KeyValuePair<string, object?>("form", form));

    /// <summary>Counts the forecasts of one run.</summary>
    public void Forecasted(int count) => Computed(_forecasts, "forecast", count);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private void Computed(Counter<long> counter, string kind, int count, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        counter.Add(count, tags);
        _batch.Record(count, new KeyValuePair<string, object?>("kind", kind));
    }
}
