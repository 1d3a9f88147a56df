using System.Net;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Service.Batching;
using Coda.Service.Bodies;
using Coda.Service.Metrics;
using Coda.Service.Routes;
using Coda.Service.Settings;
using Coda.Service.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Coda.Service.Hosting;

/// <summary>A trained model behind HTTP.</summary>
/// <remarks>It listens at once, is ready when the model is warm, and stops when it is told to; signals are the caller's.</remarks>
public sealed class CodaService : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly Computation _computation;
    private readonly ServiceMetrics _metrics = new();
    private readonly Readiness _readiness = new();
    private readonly ServiceLimits _limits;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lazy<Task> _stop;

    private CodaService(OnnxModel model, ServiceSettings options, BandsInUse bands, TextWriter log, TimeProvider clock)
    {
        (_limits, _clock, _stop) = (options.Limits, clock, new Lazy<Task>(Stop));
        _computation = new Computation(model, options, _metrics, bands);
        _host = Build(options, log, clock);
        _logger = _host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Coda.Service");
        var gate = new RequestGate(options, _metrics, _readiness, _logger, clock);
        var work = new RequestWork(_computation.Queue, _readiness, _limits, clock);
        _host.Use(next => context => gate.Pass(context, next));
        _host.UseRouting();
        _host.Use(next => context =>
        {
            QueryNames.Require(context);
            return next(context);
        });
        new AnalysisRoute(model.Card, _limits, _computation, work).Map(_host);
        new ForecastRoute(model.Card, _limits, _computation, work).Map(_host);
        new ImpactRoute(model.Card, _limits, _computation, work).Map(_host);
        var streams = new StreamStore(_limits, clock);
        new StreamRoutes(
            model.Card, _limits, _computation, work, streams, (name, change) => Log.CoverageChanged(_logger, name, change.Kind, change.Message)).Map(_host);
        _metrics.Gauge("coda_streams", "Streams of observations that are under way.", () => streams.Count);
        if (bands.Streams is not null)
        {
            _metrics.Gauge("coda_band_alarms", "Streams whose bands do not have the share of observations that they should.",
                () => streams.Bands.Count(b => b.AlarmSince is not null));
            _metrics.Gauge("coda_band_factor_max", "What the calibrated half-widths are multiplied by, at most over streams.",
                () => streams.Bands.Select(b => Math.Max(0, b.Factor)).DefaultIfEmpty(1).Max());
        }

        new InformationRoutes(model.Card, _limits, _readiness, _metrics).Map(_host);
        PageRoutes.Map(_host);
        _host.MapOpenApi("/openapi/v1.json");
        _metrics.Gauge("coda_requests_in_progress", "Requests that are read, wait or are computed.", () => _computation.Queue.Admitted);
        _metrics.Gauge("coda_queue_depth", "Jobs that wait for a worker.", () => _computation.Queue.Waiting);
        _metrics.Gauge("coda_ready", "1 while requests are welcome.", () => _readiness.IsReady ? 1 : 0);
        _metrics.Gauge("coda_model_info", "The model that is served.", () => 1, ("model", model.Card.Name));
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Whether requests are welcome.</summary>
    public bool IsReady => _readiness.IsReady;

    /// <summary>Starts to listen, then opens the model's sessions and runs each shape once; requests are welcome when this returns.</summary>
    /// <param name="model">The trained model; it stays the caller's and outlives the service.</param>
    /// <param name="options">Address, key, workers, limits.</param>
    /// <param name="log">Takes a JSON object a line.</param>
    /// <param name="clock">Tells and measures time.</param>
    /// <param name="cancellation">Stops the start.</param>
    /// <exception cref="ArgumentException">Options that make no sense; all faults at once.</exception>
    /// <exception cref="ModelMismatchException">The model has neither a network that reads windows nor a sequential analysis without forcing; or bands are of
    /// another model or method.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<CodaService> StartAsync(
        OnnxModel model, ServiceSettings options, TextWriter log, TimeProvider clock, CancellationToken cancellation = default)
    {
        options.Check();
        new Faults(nameof(ServiceSettings))
            .Require(
                (long)options.Limits.Steps * Math.Max(model.Card.SiteCount, model.Card.Layout.Size) <= 1 << 28, nameof(ServiceLimits.Steps),
                $"at most {(1 << 28) / Math.Max(model.Card.SiteCount, model.Card.Layout.Size)} with this model", options.Limits.Steps)
            .ThrowIfAny();
        if (!model.Has(ModelRoles.Analysis) && options.StartStreams is null)
        {
            SequentialAnalysis.RequireCycle(model);
        }

        var start = clock.GetTimestamp();
        var service = new CodaService(model, options, BandsInUse.Of(model, options), log, clock);
        try
        {
            await service.Listen(options, cancellation).ConfigureAwait(false);
            await Task.Run(service._computation.Start, cancellation).ConfigureAwait(false);
            service._readiness.Open();
            Log.Ready(service._logger, model.Card.Name, service._computation.WorkerCount, (long)clock.GetElapsedTime(start).TotalMilliseconds);
            return service;
        }
        catch
        {
            await service.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops: is not ready any more, accepts no connection, ends what is under way within its time, and frees everything. Whoever calls it again waits
    /// for the same end.</summary>
    public Task StopAsync() => _stop.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task Stop()
    {
        _readiness.Drain();
        Log.Draining(_logger, _computation.Queue.Admitted);
        try
        {
            // Counted when time is over, before the first of them is cut.
            using var limit = new CancellationTokenSource(_limits.DrainTime, _clock);
            using var cut = new CancellationTokenSource();
            using var registration = limit.Token.Register(() =>
            {
                _readiness.CutOff();
                Log.CutOff(_logger, _computation.Queue.Admitted, _limits.DrainTime.TotalSeconds);
                cut.Cancel();
            });
            await _host.StopAsync(cut.Token).ConfigureAwait(false);
        }
        finally
        {
            _computation.Dispose();
            Log.Stopped(_logger);
            await _host.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static WebApplication Build(ServiceSettings options, TextWriter log, TimeProvider clock)
    {
        // Nothing but what stands here: no settings from files or the environment, no logging to the console.
        var builder =
            WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Coda.Service", EnvironmentName = Environments.Production });
        var (limits, services) = (options.Limits, builder.Services);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = limits.BodyBytes;
            kestrel.Limits.MinRequestBodyDataRate = limits.BodyBytesPerSecond > 0 ? new MinDataRate(limits.BodyBytesPerSecond, TimeSpan.FromSeconds(5)) : null;
            kestrel.Limits.MaxConcurrentConnections = limits.Connections;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(IPAddress.Parse(options.Address), options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => next(new HalfOpenConnection(connection)));
            });
        });
        builder.Logging.AddProvider(new JsonLines(log, clock));
        services.AddRoutingCore();
        services.AddSingleton<IHostLifetime, CallersLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = limits.DrainTime + TimeSpan.FromSeconds(1));
        services.Configure<Microsoft.AspNetCore.Routing.RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => ServiceJson.Configure(json.SerializerOptions));
        services.AddOpenApi(document => RouteDescriptions.Describe(document)); // a lambda, or else the summaries in the sources do not get into the document
        return builder.Build();
    }

    private async Task Listen(ServiceSettings options, CancellationToken cancellation)
    {
        try
        {
            await _host.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw new IOException($"{options.Address}:{options.Port}: expected a free port, got one in use. Choose another port, or stop what listens there.",
                fault);
        }

        Address = new Uri(_host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Log.Listening(_logger, Address.ToString());
    }
}
