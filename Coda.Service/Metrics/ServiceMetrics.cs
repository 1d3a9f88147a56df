using System.Globalization;
using Coda.Data.Archives;
using Prometheus;

namespace Coda.Service.Metrics;

/// <summary>What the service counts and measures. Safe for use from several threads.</summary>
/// <remarks>
/// In a registry of its own: services in one process count for themselves, and nothing of prometheus-net's default registry (process, event counters,
/// meters) is started. Counts are exact; a histogram's sum may miss measurements that its buckets have, where they are made while it is written.
/// </remarks>
internal sealed class ServiceMetrics
{
    /// <summary>The media type of the text: Prometheus' format, version 0.0.4.</summary>
    public const string MediaType = PrometheusConstants.TextContentTypeWithVersionAndEncoding;

    private static readonly double[] SecondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    private static readonly double[] BatchBounds = [1, 2, 4, 8, 16, 32, 64, 128];

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;
    private readonly Counter _requests;
    private readonly Counter _rejected;
    private readonly Counter _analyses;
    private readonly Counter _forecasts;
    private readonly Counter _banded;
    private readonly Histogram _seconds;
    private readonly Histogram _batch;

    /// <summary>Declares the metrics.</summary>
    public ServiceMetrics()
    {
        _factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        _factory.ExemplarBehavior = ExemplarBehavior.NoExemplars(); // the format has none, and by default every count looks for a trace
        _requests = _factory.CreateCounter("coda_requests_total", "Requests answered, by route, method and status.", "method", "route", "status");
        _rejected = _factory.CreateCounter("coda_rejected_requests_total", "Requests that were not computed, by reason.", "reason");
        _analyses = _factory.CreateCounter("coda_analyses_total", "Analyses computed, by form of the network.", "form");
        _forecasts = _factory.CreateCounter("coda_forecasts_total", "Forecasts computed, one for each start.");
        _banded = _factory.CreateCounter("coda_banded_observations_total", "Observations of streams held to bands made before they were seen.", "band");
        _seconds = _factory.CreateHistogram(
            "coda_request_duration_seconds", "Time from a request's first line to the end of its reply, by route.", ["route"],
            new HistogramConfiguration { Buckets = SecondsBounds });
        _batch = _factory.CreateHistogram(
            "coda_batch_size", "Analyses or forecasts that one run computed together, by kind.", ["kind"],
            new HistogramConfiguration { Buckets = BatchBounds });
    }

    /// <summary>Declares a number that is read when it is asked for.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is.</param>
    /// <param name="value">Reads it; must not throw.</param>
    /// <param name="labels">Its labels, each a name and a value.</param>
    public void Gauge(string name, string description, Func<double> value, params (string Name, string Value)[] labels)
    {
        var gauge = _factory.CreateGauge(name, description, [.. labels.Select(l => l.Name)]).WithLabels([.. labels.Select(l => l.Value)]);
        _registry.AddBeforeCollectCallback(() => gauge.Set(value()));
    }

    /// <summary>Counts an answered request.</summary>
    public void Answered(string route, string method, int status, TimeSpan time)
    {
        _requests.WithLabels(method, route, status.ToString(CultureInfo.InvariantCulture)).Inc();
        _seconds.WithLabels(route).Observe(time.TotalSeconds);
    }

    /// <summary>Counts a request that was not computed.</summary>
    public void Rejected(string reason) => _rejected.WithLabels(reason).Inc();

    /// <summary>Counts the analyses of one run.</summary>
    public void Analyzed(string form, int count)
    {
        _analyses.WithLabels(form).Inc(count);
        _batch.WithLabels(form).Observe(count);
    }

    /// <summary>Counts the forecasts of one run.</summary>
    public void Forecasted(int count)
    {
        _forecasts.Inc(count);
        _batch.WithLabels("forecast").Observe(count);
    }

    /// <summary>Counts observations that bands were made for before they were seen.</summary>
    public void Banded(long inside, long outside)
    {
        _banded.WithLabels("inside").Inc(inside);
        _banded.WithLabels("outside").Inc(outside);
    }

    /// <summary>Writes everything measured so far, as text of <see cref="MediaType"/>.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="cancellation">Stops the writing.</param>
    public Task Write(Stream stream, CancellationToken cancellation) => _registry.CollectAndExportAsTextAsync(stream, cancellation);
}
