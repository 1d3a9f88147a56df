using System.Net;
using Coda.Data.Cards;
using Coda.Service.Metrics;
using Coda.Service.Problems;
using Coda.Service.Replies;
using Coda.Service.Routes;
using Coda.Service.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Coda.Service.Hosting;

/// <summary>What every request passes: the key or else the name of the host, the measurement, and the turning of faults into problems.</summary>
/// <param name="options">The key, the limits, and whether requests are logged.</param>
/// <param name="metrics">Counts.</param>
/// <param name="readiness">Tells whether the service itself cuts what is under way.</param>
/// <param name="logger">Logs.</param>
/// <param name="clock">Measures.</param>
internal sealed class RequestGate(ServiceSettings options, ServiceMetrics metrics, Readiness readiness, ILogger logger, TimeProvider clock)
{
    private const int ClosedByClient = 499;
    private const string Unmatched = "unmatched";
    private const string InternalError = "internal-error";

    private readonly ApiKey? _key = options.ApiKey is { } key ? new ApiKey(key) : null;

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">The routes.</param>
    public async Task Pass(HttpContext context, RequestDelegate next)
    {
        var start = clock.GetTimestamp();
        int? cut = null;
        try
        {
            RequireHost(context.Request);
            RequireKey(context.Request);
            await next(context).ConfigureAwait(false);
            if (Silent(context) is { } fault)
            {
                await Reply(context, fault).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (IsCut(context, fault))
        {
            cut = readiness.IsCutOff ? StatusCodes.Status503ServiceUnavailable : ClosedByClient;
            metrics.Rejected(readiness.IsCutOff ? "cut-off" : "closed-by-client");
            context.Abort();
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            await Reply(context, Describe(context, fault)).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // A part of the reply is gone already: the connection is cut, so that nobody takes it for a whole one.
            if (fault is RequestFault known)
            {
                cut = known.Status;
                metrics.Rejected(Kind(known));
                Log.CutReply(logger, Method(context), Route(context), known.Status);
            }
            else
            {
                cut = StatusCodes.Status500InternalServerError;
                metrics.Rejected(InternalError);
                Log.Failed(logger, context.Request.Method, Route(context), fault);
            }

            context.Abort();
        }

        var status = cut ?? context.Response.StatusCode;
        var time = clock.GetElapsedTime(start);
        metrics.Answered(Route(context), Method(context), status, time);
        if (options.LogsRequests)
        {
            Log.Answered(logger, Method(context), Route(context), status, Math.Round(time.TotalMilliseconds, 3));
        }
    }

    // By the client, or by this service when its time to drain is over. A reset may be read before the server says that the request is aborted.
    private static bool IsCut(HttpContext context, Exception fault) =>
        fault is ConnectionResetException or ClientLeftException
            || (fault is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    // The pattern, not the path, so that nobody can make labels without end.
    private static string Route(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? Unmatched;

    private static string Method(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsPost(context.Request.Method) ? context.Request.Method : "other";

    // A page of another site can make its name stand for this machine: what it asks has that name, and no key.
    private void RequireHost(HttpRequest request)
    {
        var host = request.Host.Host;
        if (_key is not null || request.Path.StartsWithSegments(InformationRoutes.Health) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)))
        {
            return;
        }

        throw new RequestFault(
            421, "misdirected-request", "the Host localhost or a loopback address, for the service has no key", host.Length == 0 ? "none" : $"'{host}'",
            "Ask by such a name; behind a proxy that passes another, run the service with a key.");
    }

    private void RequireKey(HttpRequest request)
    {
        if (_key is null || request.Path.StartsWithSegments(InformationRoutes.Health) || PageRoutes.Holds(request.Path))
        {
            return;
        }

        const string bearer = "Bearer ";
        var authorization = request.Headers.Authorization.ToString();
        var given = request.Headers["X-API-Key"].ToString() is { Length: > 0 } key ? key
            : authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) ? authorization[bearer.Length..].Trim() : "";
        if (given.Length == 0 || !_key.Matches(given))
        {
            throw new RequestFault(
                401, "unauthorized", "the service's key in the header X-API-Key, or in Authorization after Bearer", given.Length == 0 ? "none" : "another",
                "Ask whoever runs the service for its key.");
        }
    }

    // What the host refuses without a word.
    private static RequestFault? Silent(HttpContext context) => context.Response switch
    {
        { HasStarted: true } => null,
        { StatusCode: 404 } =>
            new(404, "not-found", "POST /v1/analyses or /v1/forecasts, or GET /, /v1/model, /health/live, "
                + "/health/ready, /metrics, /openapi or /openapi/v1.json", $"{context.Request.Path}", "Correct the path."),
        { StatusCode: 405 } => new(405, "method-not-allowed", $"{context.Response.Headers.Allow}", context.Request.Method, "Use the method of the route."),
        { StatusCode: >= 400 and not 503 and var status } =>
            new(status, "refused", "a request that the server takes", $"status {status}", "GET /openapi/v1.json describes the routes."),
        _ => null,
    };

    private RequestFault Describe(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case RequestFault known:
                return known;
            case BadHttpRequestException { StatusCode: 413 }:
                return new(413, "body-too-large", $"a body of at most {options.Limits.BodyBytes} bytes", "a larger one",
                    "Send fewer steps at a time, or Parquet, which is smaller.");
            case BadHttpRequestException { StatusCode: 408 }:
                return new(408, "body-too-slow", $"a body that arrives at {options.Limits.BodyBytesPerSecond} bytes a second or faster",
                    "a slower one", "Send it faster, or in smaller parts.");
            case BadHttpRequestException bad:
                return new(bad.StatusCode, "bad-request", "a request in the form of HTTP and of the route",
                    bad.Message.TrimEnd('.'), "GET /openapi/v1.json describes the routes.");
            case OperationCanceledException when !readiness.IsReady:
                return new(503, "not-ready", "a service that is ready", $"one that is {readiness.State}", "Ask another instance.") { RetryAfter = 1 };
            case ModelMismatchException mismatch:
                return RequestFault.Unprocessable("model-mismatch", "what the model can do",
                    mismatch.Message.TrimEnd('.'), "Ask for something else, or serve another model.");
            default:
                Log.Failed(logger, context.Request.Method, Route(context), fault);
                return new(500, InternalError, "a service that works", "a fault of its own, which its log describes", "Tell whoever runs it.");
        }
    }

    private static string Kind(RequestFault fault) => fault.Problem.Type[(fault.Problem.Type.LastIndexOf(':') + 1)..];

    private async Task Reply(HttpContext context, RequestFault fault)
    {
        metrics.Rejected(Kind(fault));
        await ReplyWriting.Fault(context.Response, fault).ConfigureAwait(false);
    }
}
