using Coda.Data.Cards;
using Coda.Service.Metrics;
using Coda.Service.Replies;
using Coda.Service.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coda.Service.Routes;

/// <summary>The routes that only tell: the model, health and metrics.</summary>
/// <param name="card">The model's card.</param>
/// <param name="limits">What a request may ask for.</param>
/// <param name="readiness">Whether requests are welcome.</param>
/// <param name="metrics">What was counted.</param>
internal sealed class InformationRoutes(ModelCard card, ServiceLimits limits, Readiness readiness, ServiceMetrics metrics)
{
    /// <summary>Where the routes of health are, which need no key.</summary>
    public const string Health = "/health";

    private readonly ModelReply _model = ModelReply.Of(card, limits);

    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public void Map(IEndpointRouteBuilder routes)
    {
        // With a second parameter each, for the OpenAPI document leaves out what takes the context alone.
        routes.MapGet("/v1/model", (HttpContext context, CancellationToken cancellation) => ReplyWriting.Json(context.Response, _model, cancellation))
            .WithTags("information").WithSummary("The essentials of the model's card.").Produces<ModelReply>();
        routes.MapGet($"{Health}/live", (HttpContext context, CancellationToken cancellation) =>
            ReplyWriting.Json(context.Response, new HealthReply("live"), cancellation))
            .WithTags("information").WithSummary("200 while the process answers.").Produces<HealthReply>();
        routes.MapGet($"{Health}/ready", Ready)
            .WithTags("information").WithSummary("200 while requests are welcome, else 503.").Produces<HealthReply>()
                .Produces<HealthReply>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/metrics", Metrics)
            .WithTags("information").WithSummary("What the service counts, for Prometheus.").Produces<string>(StatusCodes.Status200OK, "text/plain");
    }

    private Task Ready(HttpContext context, CancellationToken cancellation)
    {
        context.Response.StatusCode = readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return ReplyWriting.Json(context.Response, new HealthReply(readiness.State), cancellation);
    }

    private Task Metrics(HttpContext context, CancellationToken cancellation)
    {
        context.Response.ContentType = ServiceMetrics.MediaType;
        return metrics.Write(context.Response.Body, cancellation);
    }
}
