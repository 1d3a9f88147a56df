using System.ComponentModel;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Service.Batching;
using Coda.Service.Bodies;
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
            [Description("With Parquet or CSV: the first step to analyze, or its date.")] string? start,
            [Description("With Parquet or CSV: the step after the last to analyze, or its date.")] string? end,
            [Description("With Parquet or CSV: the first step of the record, or its date.")] string? recordStart,
            [Description("With Parquet or CSV: the step after the last of the record, or its date.")] string? recordEnd,
            [Description("With Parquet or CSV: the trajectory whose rows are taken; needed where there are several.")] int? trajectory,
            [Description("With Parquet or CSV: the date and time of step 0, in ISO 8601.")] string? timeOrigin,
            [Description("With Parquet or CSV: whether the reply is to hold the observations, too.")] bool? observations) =>
            Answer(context, new TidyQuery(start, end, recordStart, recordEnd, trajectory, timeOrigin), observations ?? false))
        .WithTags("compute")
        .WithSummary("Analyzes the observations of one stretch.")
        .WithDescription("JSON, or Parquet or CSV with the columns step (CSV: or time), site, value and maybe trajectory and sigma. "
            + "Parquet in return has the columns trajectory, step, state and maybe spread and band.")
        .WithMetadata(new QueryNames("start", "end", "recordStart", "recordEnd", "trajectory", "timeOrigin", "observations"))
        .Describes<AnalysisBody, AnalysisReply>();

    private Task Answer(HttpContext context, TidyQuery query, bool hasObservations)
    {
        var wantsParquet = ContentTypes.WantsParquet(context.Request);
        Task<AnalysisQuestion> Read(CancellationToken cancellation) => AnalysisQuestion.Read(context.Request, query, card, _reading, limits, cancellation);
        return work.Do(context, Read, async (question, cancellation) =>
        {
            var (analyses, form) = await computation.Analyze(_reading.OnScale(question.Observations), question.Steps, cancellation).ConfigureAwait(false);
            var warnings = new ResultWarnings();
            analyses = computation.Bands.On(analyses, question.Observations, card, warnings);
            var reply = new StatesReply(card, ArchiveTable.Analyses, question.Calendar, [.. _reading.Warnings(question.Observations), .. warnings.All])
            {
                LookAhead = ObservationReading.LookAhead(card, question.Observations.Steps, question.Steps.Start),
                BandLevel = computation.Bands.Analyses?.Level,
            };
            await (wantsParquet
                ? ReplyWriting.Parquet(context.Response, reply, [analyses], cancellation)
                : ReplyWriting.Json(
                    context.Response, AnalysisReply.Of(reply, form, analyses, _reading.Sites.EntryNames, hasObservations ? question.Observations : null),
                    cancellation)).ConfigureAwait(false);
        });
    }
}
