using System.ComponentModel;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Coverage;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Service.Batching;
using Coda.Service.Bodies;
using Coda.Service.Problems;
using Coda.Service.Replies;
using Coda.Service.Settings;
using Coda.Service.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coda.Service.Routes;

/// <summary><c>/v1/streams/{name}</c>: observations as they arrive to analyses.</summary>
/// <param name="card">The model's card.</param>
/// <param name="limits">What a request may ask for.</param>
/// <param name="computation">Computes.</param>
/// <param name="work">Lets requests in.</param>
/// <param name="streams">The streams.</param>
/// <param name="changed">Told of alarms of bands that began or ended, with the stream's name.</param>
internal sealed class StreamRoutes(
    ModelCard card, ServiceLimits limits, Computation computation, RequestWork work, StreamStore streams, Action<string, ResultWarning> changed)
{
    private const int RecordToJudge = 20; // steps, in which a density of observations shows
    private const int LongestName = 128;

    private readonly ObservationReading _reading = new(card, limits, leastSteps: 1);

    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public void Map(IEndpointRouteBuilder routes)
    {
        var post = routes.MapPost("/v1/streams/{name}", (
            HttpContext context,
            string name,
            [Description("With Parquet or CSV: the first step whose analysis is wanted, or its date.")] string? start,
            [Description("With Parquet or CSV: the step after the last, or its date.")] string? end,
            [Description("With Parquet or CSV: the first step of what has arrived, or its date.")] string? recordStart,
            [Description("With Parquet or CSV: the step after its last, or its date.")] string? recordEnd,
            [Description("With Parquet or CSV: the trajectory whose rows are taken; needed where there are several.")] int? trajectory,
            [Description("With Parquet or CSV: the date and time of step 0, in ISO 8601.")] string? timeOrigin) =>
            Advance(context, name, new TidyQuery(start, end, recordStart, recordEnd, trajectory, timeOrigin)));
        post.WithTags("compute")
            .WithSummary("Takes the observations that a stream goes on with, and analyzes them.")
            .WithDescription("As POST /v1/analyses, each step from what was observed up to it (where the model is corrected on the way, from all that arrives "
                + "with it); the first steps begin the stream. Steps that were passed are refused (409), steps left out are forecast. The reply is JSON.")
            .WithMetadata(new QueryNames("start", "end", "recordStart", "recordEnd", "trajectory", "timeOrigin"))
            .Describes<AnalysisBody, StreamReply>(isParquet: false, 404, 409);
        routes.MapGet("/v1/streams/{name}", (HttpContext context, string name, CancellationToken cancellation) => Tell(context, name, cancellation))
            .WithTags("information").WithSummary("Where a stream stands, and its newest analysis.").Produces<StreamReply>()
            .Produces<Problem>(StatusCodes.Status404NotFound, Problem.MediaType);
        routes.MapDelete("/v1/streams/{name}", (HttpContext context, string name, CancellationToken cancellation) => End(context, name, cancellation))
            .WithTags("compute").WithSummary("Ends a stream.").Produces(StatusCodes.Status204NoContent)
            .Produces<Problem>(StatusCodes.Status404NotFound, Problem.MediaType);
    }

    private Task Advance(HttpContext context, string name, TidyQuery query)
    {
        if (name.Length > LongestName)
        {
            throw RequestFault.Unprocessable("name-too-long", $"a name of at most {LongestName} characters", $"{name.Length}", "Take a shorter one.");
        }

        return work.Do(
            context, cancellation => AnalysisQuestion.Read(context.Request, query, card, _reading, limits, cancellation), async (question, cancellation) =>
            {
                var stream = streams.Open(name);
                await stream.Turn.WaitAsync(cancellation).ConfigureAwait(false);
                try
                {
                    var reply = await Advance(stream, question, cancellation).ConfigureAwait(false);
                    await ReplyWriting.Json(context.Response, reply, cancellation).ConfigureAwait(false);
                }
                finally
                {
                    Leave(stream);
                }
            });
    }

    // One that has not begun, as its first observations were refused, holds no place.
    private void Leave(ObservationStream stream)
    {
        if (stream.Position is null)
        {
            streams.End(stream);
        }

        stream.Turn.Release();
    }

    private async Task<StreamReply> Advance(ObservationStream stream, AnalysisQuestion question, CancellationToken cancellation)
    {
        if (stream.IsEnded)
        {
            throw StreamStore.Unknown(stream.Name);
        }

        var record = Continued(stream, _reading.OnScale(question.Observations));
        var made = await computation.Advance(record, stream.Position, stream.Bands, cancellation).ConfigureAwait(false);
        var analyses = made.Analyses;
        var newest = computation.Physical(analyses.Row(analyses.Count - 1));

        // From here on the steps are taken, whether or not the client gets the reply.
        (stream.Position, stream.Newest, stream.Bands) = (made.To, newest, made.Bands);
        computation.Metrics.Banded(made.Inside, made.Outside);
        foreach (var change in made.Changes)
        {
            changed(stream.Name, change);
        }

        return Reply(
            stream, computation.Physical(analyses.Rows(question.Steps)), question.Calendar,
            question.Observations.Steps.Count >= RecordToJudge ? _reading.Warnings(question.Observations) : []);
    }

    // From the stream's next step on; what was left out is not observed.
    private ObservationStretch Continued(ObservationStream stream, ObservationStretch arrived)
    {
        if (stream.Position is not { } position || arrived.Steps.Start == position.Step + 1)
        {
            return arrived;
        }

        if (arrived.Steps.Start <= position.Step)
        {
            throw new RequestFault(
                409, "step-passed", $"steps of stream '{stream.Name}' from {position.Step + 1} on", $"{arrived.Steps}",
                "GET tells its newest analysis; what arrives late cannot be taken any more.");
        }

        var whole = new StepRange(position.Step + 1, arrived.Steps.End);
        if (whole.Count > limits.Steps)
        {
            throw RequestFault.Unprocessable("too-many-steps", $"at most {limits.Steps} steps from {whole.Start} on, those left out among them",
                $"{whole.Count}", "Send what lies between, or end the stream and begin anew.");
        }

        var continued = new ObservationStretch(arrived.Trajectory, whole, arrived.SiteCount)
        {
            Sigma = arrived.Sigma is null ? null : new float[checked((int)whole.Count * arrived.SiteCount)],
        };
        var at = checked((int)(arrived.Steps.Start - whole.Start) * arrived.SiteCount);
        arrived.Values.CopyTo(continued.Values, at);
        arrived.Mask.CopyTo(continued.Mask, at);
        arrived.Sigma?.CopyTo(continued.Sigma!, at);
        return continued;
    }

    private async Task Tell(HttpContext context, string name, CancellationToken cancellation)
    {
        var stream = streams.Find(name);
        await stream.Turn.WaitAsync(cancellation).ConfigureAwait(false);
        StreamReply reply;
        try
        {
            reply = stream is { Newest: { } newest, IsEnded: false } ? Reply(stream, newest, calendar: null, []) : throw StreamStore.Unknown(name);
        }
        finally
        {
            stream.Turn.Release();
        }

        await ReplyWriting.Json(context.Response, reply, cancellation).ConfigureAwait(false);
    }

    private async Task End(HttpContext context, string name, CancellationToken cancellation)
    {
        var stream = streams.Find(name);
        await stream.Turn.WaitAsync(cancellation).ConfigureAwait(false);
        streams.End(stream);
        stream.Turn.Release();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private StreamReply Reply(ObservationStream stream, StateBlock analyses, StepCalendar? calendar, IReadOnlyList<ResultWarning> warnings)
    {
        var (position, analysis) = (stream.Position!, computation.Streams);
        List<ResultWarning> all = [.. warnings];
        if (position.Doubt is { } doubt)
        {
            all.Add(doubt);
        }

        if (stream.Bands is { } bands && computation.Bands.Streams!.Coverage.Alarm(bands) is { } alarm)
        {
            all.Add(alarm);
        }

        if (position.Step - position.FirstStep < analysis.SettlingSteps)
        {
            all.Add(new("settling", $"The stream began at step {position.FirstStep} from the climatology, and is not settled before {analysis.SettlingSteps} "
                + "steps."));
        }

        var reply = new StatesReply(card, ArchiveTable.Analyses, calendar, all) 
        {
            LookAhead = analysis.LookAhead, BandLevel = computation.Bands.Streams?.Coverage.Level,
        };
        return new StreamReply
        {
            Stream = stream.Name, BeganAt = position.FirstStep, NextStep = position.Step + 1,
            Corrected = position.Corrected.Count > 0 ? position.Corrected : null,
            Coverage = stream.Bands is { } known ? CoverageReport.Of(computation.Bands.Streams!.Coverage, known) : null,
            Analyses = AnalysisReply.Of(reply, analysis.Form, analyses, _reading.Sites.EntryNames, null),
        };
    }
}
