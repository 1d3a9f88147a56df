using System.ComponentModel;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Service.Batching;
using Coda.Service.Bodies;
using Coda.Service.Problems;
using Coda.Service.Replies;
using Coda.Service.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coda.Service.Routes;

/// <summary><c>POST /v1/analyses</c>: the observations of one stretch to analyses.</summary>
/// <param name="card">The model's card.</param>
/// <param name="limits">What a request may ask for.</param>
/// <param name="computation">Computes.</param>
/// <param name="work">Lets requests in.</param>
internal sealed class AnalysisRoute(ModelCard card, ServiceLimits limits, Computation computation, RequestWork work)
{
    private readonly ObservationReading _reading = new(card, limits);

    /// <summary>Adds the route.</summary>
    /// <param name="routes">Where to.</param>
    public void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/analyses", (
            HttpContext context,
            [Description("With a Parquet body: the first step to analyze.")] long? start,
            [Description("With a Parquet body: the step after the last to analyze.")] long? end,
            [Description("With a Parquet body: the first step of the record.")] long? recordStart,
            [Description("With a Parquet body: the step after the last of the record.")] long? recordEnd) =>
            Answer(context, new ParquetQuery(start, end, recordStart, recordEnd)))
        .WithTags("compute")
        .WithSummary("Analyzes the observations of one stretch.")
        .WithDescription("JSON, or Parquet with the columns step, site, value and maybe trajectory and sigma. "
            + "Parquet in return has the columns trajectory, step, state and maybe spread.")
        .WithMetadata(new QueryNames("start", "end", "recordStart", "recordEnd"))
        .Describes<AnalysisBody, AnalysisReply>();

    private Task Answer(HttpContext context, ParquetQuery query)
    {
        var wantsParquet = ContentTypes.WantsParquet(context.Request);
        return work.Do(context, cancellation => Read(context.Request, query, cancellation), async (question, cancellation) =>
        {
            var (analyses, form) = await computation.Analyze(question.Observations, question.Steps, cancellation).ConfigureAwait(false);
            var warnings = _reading.Warnings(question.Observations);
            await (wantsParquet
                ? ReplyWriting.Parquet(context.Response, card, ArchiveTable.Analyses,
                    ObservationReading.LookAhead(card, question.Observations.Steps, question.Steps.Start), warnings, [analyses], cancellation)
                : ReplyWriting.Json(context.Response, AnalysisReply.Of(card.Name, form, analyses, warnings), cancellation)).ConfigureAwait(false);
        });
    }

    private async Task<(ObservationStretch Observations, StepRange Steps)> Read(HttpRequest request, ParquetQuery query, CancellationToken cancellation)
    {
        if (ContentTypes.IsParquetBody(request))
        {
            var rows = await BodyReading.Parquet(request, (long)limits.Steps * card.SiteCount, cancellation).ConfigureAwait(false);
            var stretch = _reading.Of(rows, query.Record());
            return (stretch, ObservationReading.Asked(query.Steps(), stretch.Steps, stretch.Steps));
        }

        query.RequireNone(request);
        var body = await BodyReading.Json<AnalysisBody>(request, cancellation).ConfigureAwait(false);
        var observations = _reading.Of(body);
        return (observations, ObservationReading.Asked(ObservationReading.Range(body.Steps), observations.Steps, observations.Steps));
    }
}
