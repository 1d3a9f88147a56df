using System.ComponentModel;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Inference.Impact;
using Coda.Service.Batching;
using Coda.Service.Bodies;
using Coda.Service.Problems;
using Coda.Service.Replies;
using Coda.Service.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coda.Service.Routes;

/// <summary><c>POST /v1/impacts</c>: what each observation of some steps was worth to the forecasts from there.</summary>
/// <param name="card">The model's card.</param>
/// <param name="limits">What a request may ask for.</param>
/// <param name="computation">Computes.</param>
/// <param name="work">Lets requests in.</param>
internal sealed class ImpactRoute(ModelCard card, ServiceLimits limits, Computation computation, RequestWork work)
{
    private readonly ObservationReading _reading = new(card, limits);

    /// <summary>Adds the route.</summary>
    /// <param name="routes">Where to.</param>
    public void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/impacts", (
            HttpContext context,
            [Description("With Parquet or CSV: the first step whose observations are weighed, or its date.")] string? start,
            [Description("With Parquet or CSV: the step after the last one, or its date.")] string? end,
            [Description("With Parquet or CSV: the first step of the record, or its date.")] string? recordStart,
            [Description("With Parquet or CSV: the step after the last of the record, or its date.")] string? recordEnd,
            [Description("With Parquet or CSV: the trajectory whose rows are taken; needed where there are several.")] int? trajectory,
            [Description("With Parquet or CSV: the date and time of step 0, in ISO 8601.")] string? timeOrigin,
            [Description("With Parquet or CSV: the steps from an analysis to the forecast that verifies it (10).")] int? lead,
            [Description("With Parquet or CSV: whether analyses leave out what was observed after their step.")] bool? nowcast,
            [Description("With Parquet or CSV: the random probes that influences are estimated from; else each is solved for.")] int? probes) =>
            Answer(
                context, new TidyQuery(start, end, recordStart, recordEnd, trajectory, timeOrigin),
                new ImpactBody { Lead = lead ?? new ImpactBody().Lead, Nowcast = nowcast ?? false, Probes = probes }))
        .WithTags("compute")
        .WithSummary("Weighs the observations of one stretch: what each was worth to forecasts, and its influence on the analysis.")
        .WithDescription("JSON, or Parquet or CSV with the columns step (CSV: or time), site, value and maybe trajectory and sigma. Forecasts are held "
            + "against the model's own analyses of the record, lead steps on; an impact below 0 made the forecast better.")
        .WithMetadata(new QueryNames("start", "end", "recordStart", "recordEnd", "trajectory", "timeOrigin", "lead", "nowcast", "probes"))
        .Describes<ImpactBody, ImpactReply>(isParquet: false);

    private Task Answer(HttpContext context, TidyQuery query, ImpactBody otherwise) => work.Do(
        context, cancellation => Read(context.Request, query, otherwise, cancellation), async (question, cancellation) =>
        {
            var cases = await computation.Weigh(question.Observations, question.Steps, question.Body.Nowcast, question.Request, cancellation)
                .ConfigureAwait(false);
            var reply = new ImpactReply
            {
                Model = card.Name,
                Lead = question.Request.Lead,
                Verification = PendingImpact.Verification,
                Steps = [.. cases.Select(found => ImpactStepReply.Of(found, card, question.Calendar))],
                Warnings = _reading.Warnings(question.Observations) is { Count: > 0 } warnings ? warnings : null,
            };
            await ReplyWriting.Json(context.Response, reply, cancellation).ConfigureAwait(false);
        });

    private async Task<Question> Read(HttpRequest request, TidyQuery query, ImpactBody otherwise, CancellationToken cancellation)
    {
        if (ContentTypes.KindOf(request) is var kind and not BodyKind.Json)
        {
            var rows = await query.Read(request, kind, card, _reading.Sites, limits, cancellation).ConfigureAwait(false);
            return Checked(_reading.Of(rows, query.Record(rows.Calendar), query.Trajectory), query.Steps(rows.Calendar), otherwise, rows.Calendar);
        }

        TidyQuery.RequireNone(request);
        var body = await BodyReading.Json<ImpactBody>(request, cancellation).ConfigureAwait(false);
        var calendar = StepReading.Calendar(card, body.TimeOrigin);
        return Checked(_reading.Of(body, calendar), StepReading.Range(body.Steps, calendar), body, calendar);
    }

    private Question Checked(ObservationStretch observations, StepRange? asked, ImpactBody body, StepCalendar? calendar)
    {
        if (body.Lead < 1 || body.Lead > Math.Min(limits.Lead, observations.Steps.Count - 1))
        {
            throw RequestFault.Unprocessable(
                "bad-lead", $"a lead of 1 to {Math.Min(limits.Lead, observations.Steps.Count - 1)} steps, within the record {observations.Steps}",
                $"{body.Lead}", "Send a longer record, or ask for a shorter lead.");
        }

        if (body.Probes is { } probes && (probes < 1 || probes > Math.Max(1000, card.SiteCount)))
        {
            throw RequestFault.Unprocessable(
                "bad-probes", $"1 to {Math.Max(1000, card.SiteCount)} probes", $"{probes}", "Leave it out for influences that are exact.");
        }

        var possible = new StepRange(observations.Steps.Start, observations.Steps.End - body.Lead);
        return new(observations, ObservationReading.Asked(asked, possible, possible), body, calendar)
        {
            Request = new ImpactRequest { Lead = body.Lead, Probes = body.Probes },
        };
    }

    private sealed record Question(ObservationStretch Observations, StepRange Steps, ImpactBody Body, StepCalendar? Calendar)
    {
        public required ImpactRequest Request { get; init; }
    }
}
