using System.CommandLine;
using Coda.Classical.Variational;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Service.Hosting;
using Coda.Service.Settings;

namespace Coda.Cli.Commands;

/// <summary><c>coda serve</c>: a trained model behind HTTP, until it is told to stop.</summary>
public sealed class ServeCommand : CodaCommand
{
    /// <summary>The environment variable with the key that requests must bring.</summary>
    internal const string KeyVariable = "CODA_API_KEY";

    private static readonly ServiceSettings Defaults = new();

    private readonly ModelOptions _model = new(isRequired: true);
    private readonly Option<string> _address = new("--address")
    {
        Description = $"The IP address to listen on. Others than the loopback addresses need a key, in {KeyVariable} or --api-key-file.", HelpName = "IP",
        DefaultValueFactory = _ => Defaults.Address,
    };

    private readonly Option<int> _port = new("--port") { Description = "The port; 0 for any that is free.", DefaultValueFactory = _ => Defaults.Port };
    private readonly Option<string?> _keyFile = new("--api-key-file")
    {
        Description = $"A file with the key that requests bring in X-API-Key, or in Authorization after Bearer; goes before {KeyVariable}.", HelpName = "FILE",
    };

    private readonly Option<int> _workers = new("--workers") { Description = "The runs of ONNX Runtime at the same time (one on each core)." };
    private readonly Option<int> _batch =
        new("--batch") { Description = "The most windows of waiting requests that one run takes together.", DefaultValueFactory = _ => Defaults.BatchSize };
    private readonly Option<int> _requests =
        new("--max-requests") { Description = "The most requests that are read, wait or are computed; 429 beyond.", DefaultValueFactory = _ =>
            Defaults.Limits.Requests };
    private readonly Option<int> _connections =
        new("--max-connections") { Description = "The most open connections.", DefaultValueFactory = _ => Defaults.Limits.Connections };
    private readonly Option<long> _body =
        new("--max-body") { Description = "The largest body, in bytes; 413 beyond.", HelpName = "BYTES", DefaultValueFactory = _ => Defaults.Limits.BodyBytes };
    private readonly Option<double> _rate = new("--min-body-rate")
    {
        Description = "The least rate of an arriving body after 5 seconds, in bytes a second; 408 below, 0 for none.", HelpName = "BYTES",
        DefaultValueFactory = _ => Defaults.Limits.BodyBytesPerSecond,
    };

    private readonly Option<double> _time = new("--request-time")
    {
        Description = "The time a request has, in seconds; 408 where its body took it, else 504.", HelpName = "SECONDS", DefaultValueFactory = _ =>
            Defaults.Limits.RequestTime.TotalSeconds,
    };

    private readonly Option<int> _steps =
        new("--max-steps") { Description = "The most steps of a request's record, and states in a reply; 422 beyond.", DefaultValueFactory = _ =>
            Defaults.Limits.Steps };
    private readonly Option<int> _lead =
        new("--max-lead") { Description = "The greatest lead of a forecast, in steps; 422 beyond.", HelpName = "STEPS", DefaultValueFactory = _ =>
            Defaults.Limits.Lead };
    private readonly Option<double> _drain = new("--drain-time")
    {
        Description = "The time that requests under way have when the service is told to stop, in seconds.", HelpName = "SECONDS", DefaultValueFactory = _ =>
            Defaults.Limits.DrainTime.TotalSeconds,
    };

    private readonly Option<int> _streams = new("--max-streams")
    {
        Description = "The most streams of observations at the same time; 429 beyond.",
        DefaultValueFactory = _ => Defaults.Limits.Streams,
    };

    private readonly Option<double> _streamTime = new("--stream-time")
    {
        Description = "The time after which a stream is forgotten that nobody asks for, in hours.", HelpName = "HOURS",
        DefaultValueFactory = _ => Defaults.Limits.StreamTime.TotalHours,
    };

    private readonly (Option<string[]> Bands, Option<double?> Level) _banding = BandOptions.Several();
    private readonly Option<double?> _adapt = BandOptions.Adapt();
    private readonly Option<string[]> _track = TrackedNames.Option("in each stream of observations");
    private readonly Option<string[]> _set = TrackedNames.Set();
    private readonly Option<bool> _log = new("--log-requests") { Description = "Write a line for every request to the log, on the standard error." };

    /// <summary>Declares the command.</summary>
    public ServeCommand()
        : base(
            CommandGroup.Upkeep,
            "serve",
            "Serves a model's analyses and forecasts over HTTP (docs/service.md), until Ctrl-C, SIGTERM or SIGHUP; "
                + "then it ends what is under way and exits with 0.",
            "coda serve --model lorenz96",
            "coda serve --model lorenz96 --port 8080 --workers 2 --log-requests",
            "coda serve --model out/model --track '*' --set memory=20000",
            "coda serve --model lorenz96-nowcast --bands bands.json --level 0.9 --adapt 0.005",
            "coda serve --model models/lorenz96 --address 0.0.0.0 --api-key-file /run/secrets/coda-key")
    {
        Grace = Timeout.InfiniteTimeSpan; // the drain time bounds it
        foreach (Option option in (Option[])
        [
            .. _model.All, _address, _port, _keyFile, _workers, _batch, _requests, _connections, _body, _rate, _time, _steps, _lead, _drain, _streams,
            _streamTime, _banding.Bands, _banding.Level, _adapt, _track, _set, _log,
        ])
        {
            Add(option);
        }

        Rules =
        [
            OptionRule.SetsOnce(_set), OptionRule.Needs(_set, _track), OptionRule.Needs(_banding.Level, _banding.Bands),
            OptionRule.Needs(_adapt, _banding.Bands),
        ];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var options = Chosen(arguments);
        options.Check();
        using var model = _model.OpenRequired(arguments, terminal);
        Serve(model, options, terminal, cancellation).GetAwaiter().GetResult();
    }

    private static async Task Serve(OnnxModel model, ServiceSettings options, Terminal terminal, CancellationToken cancellation)
    {
        await using var service = await CodaService.StartAsync(model, options, terminal.Error, terminal.Clock, cancellation);
        terminal.ResultAtOnce(new { model = model.Card.Name, address = service.Address }, console => console.Facts(
            $"Serving {model.Card.Name}", ("address", service.Address.ToString()), ("description", $"{service.Address}openapi/v1.json"),
            ("stop with", "Ctrl-C, or SIGTERM")));
        var stop = new TaskCompletionSource();
        await using var registration = cancellation.Register(stop.SetResult);
        await stop.Task;
        await service.StopAsync();
    }

    private ServiceSettings Chosen(ParseResult arguments) => new()
    {
        Address = arguments.GetRequiredValue(_address),
        Port = arguments.GetValue(_port),
        ApiKey = Key(arguments.GetValue(_keyFile)),
        Workers = arguments.GetValue(_workers),
        BatchSize = arguments.GetValue(_batch),
        LogsRequests = arguments.GetValue(_log),
        StartStreams = Tracking(arguments),
        StreamMethod = Tracker(arguments),
        Bands = [.. (arguments.GetValue(_banding.Bands) ?? []).Select(file => BandOptions.Read(file, arguments.GetValue(_banding.Level)))
            .Select(choice => new ServedBands(choice.File, choice.Bands, choice.Level))],
        Adapt = arguments.GetValue(_adapt),
        Limits = new ServiceLimits
        {
            Requests = arguments.GetValue(_requests),
            Connections = arguments.GetValue(_connections),
            BodyBytes = arguments.GetValue(_body),
            BodyBytesPerSecond = arguments.GetValue(_rate),
            RequestTime = Seconds("--request-time", arguments.GetValue(_time)),
            Steps = arguments.GetValue(_steps),
            Lead = arguments.GetValue(_lead),
            DrainTime = Seconds("--drain-time", arguments.GetValue(_drain)),
            Streams = arguments.GetValue(_streams),
            StreamTime = Hours("--stream-time", arguments.GetValue(_streamTime)),
        },
    };

    // One method for all workers: what it knows before the first observation is estimated once.
    private Func<OnnxModel, StreamAnalysis>? Tracking(ParseResult arguments)
    {
        if (Tracker(arguments) is not { } component)
        {
            return null;
        }

        CycledSmoother? method = null;
        return model => (method ??= Made(component, model)).StartStream();
    }

    private Component? Tracker(ParseResult arguments) => arguments.GetValue(_track) is { Length: > 0 } names
        ? TrackedNames.Method("--track", names, arguments.GetValue(_set) ?? []) : null;

    private static CycledSmoother Made(Component component, OnnxModel model)
    {
        var context = AnalysisContext.Of(model);
        var method = (CycledSmoother)AssimilationMethod.Catalog.Create(component, context);
        context.RequireModelUsed(component);
        return method;
    }

    private static TimeSpan Seconds(string option, double seconds) => seconds is >= 0 and <= 86400
        ? TimeSpan.FromSeconds(seconds)
        : throw new ArgumentException(FormattableString.Invariant($"{option}: expected 0 to 86400 seconds, got {seconds}."));

    private static TimeSpan Hours(string option, double hours) => hours is > 0 and <= 8760
        ? TimeSpan.FromHours(hours)
        : throw new ArgumentException(FormattableString.Invariant($"{option}: expected more than 0 and at most 8760 hours, got {hours}."));

    // A line end after the key is not a part of it.
    private static string? Key(string? file) => file is not null
        ? File.ReadAllText(CommonOptions.RequireFile(file, "a file with the key")).TrimEnd('\r', '\n')
        : Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null;
}
