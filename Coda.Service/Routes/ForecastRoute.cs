using System.ComponentModel;
using System.Globalization;
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

/// <summary><c>POST /v1/forecasts</c>: states, or observations that are analyzed first, to hybrid forecasts.</summary>
/// <param name="card">The model's card.</param>
/// <param name="limits">What a request may ask for.</param>
/// <param name="computation">Computes.</param>
/// <param name="work">Lets requests in.</param>
internal sealed class ForecastRoute(ModelCard card, ServiceLimits limits, Computation computation, RequestWork work)
{
    private readonly ObservationReading _reading = new(card, limits);

    /// <summary>Adds the route.</summary>
    /// <param name="routes">Where to.</param>
    public void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/forecasts", (
            HttpContext context,
            [Description("With Parquet or CSV: the leads in steps, as in 0,25,50.")] string? leads,
            [Description("With Parquet or CSV: the first step to start from, or its date.")] string? start,
            [Description("With Parquet or CSV: the step after the last to start from, or its date.")] string? end,
            [Description("With Parquet or CSV: starts from every n-th of these.")] int? every,
            [Description("With Parquet or CSV: the first step of the record, or its date.")] string? recordStart,
            [Description("With Parquet or CSV: the step after the last of the record, or its date.")] string? recordEnd,
            [Description("With Parquet or CSV: the trajectory whose rows are taken; needed where there are several.")] int? trajectory,
            [Description("With Parquet or CSV: the date and time of step 0, in ISO 8601.")] string? timeOrigin) =>
            Answer(context, leads, every, new TidyQuery(start, end, recordStart, recordEnd, trajectory, timeOrigin)))
        .WithTags("compute")
        .WithSummary("Forecasts from states, or from observations, which are analyzed first.")
        .WithDescription("JSON, or observations as Parquet or CSV with the columns step (CSV: or time), site, value and maybe trajectory and sigma. "
            + "Parquet in return has the columns trajectory, step, lead and state.")
        .WithMetadata(new QueryNames("leads", "start", "end", "every", "recordStart", "recordEnd", "trajectory", "timeOrigin"))
        .Describes<ForecastBody, ForecastReply>();

    private Task Answer(HttpContext context, string? leads, int? every, TidyQuery query)
    {
        var wantsParquet = ContentTypes.WantsParquet(context.Request);
        return work.Do(context, cancellation => Read(context.Request, leads, every, query, cancellation), async (question, cancellation) =>
        {
            var starts = question.States
                ?? (await computation.Analyze(_reading.OnScale(question.Observations!), question.Steps, cancellation).ConfigureAwait(false)).Analyses;
            var forecasts = await computation.Forecast(Every(starts, question.Every), question.Leads, question.Forcing, cancellation).ConfigureAwait(false);
            var reply = new StatesReply(
                card, ArchiveTable.Forecasts, question.Calendar, question.Observations is { } observations ? _reading.Warnings(observations) : [])
            {
                LookAhead = question.LookAhead(card, question.Steps.Start),
            };
            await (wantsParquet
                ? ReplyWriting.Parquet(context.Response, reply, forecasts, cancellation)
                : ReplyWriting.Json(
                    context.Response,
                    ForecastReply.Of(reply, question.Leads, step => question.LookAhead(card, step), forecasts, _reading.Sites.EntryNames),
                    cancellation)).ConfigureAwait(false);
        });
    }

    private async Task<Question> Read(HttpRequest request, string? leads, int? every, TidyQuery query, CancellationToken cancellation)
    {
        if (ContentTypes.KindOf(request) is var kind and not BodyKind.Json)
        {
            var asked = Leads(leads);
            var rows = await query.Read(request, kind, card, _reading.Sites, limits, cancellation).ConfigureAwait(false);
            var record = _reading.Of(rows, query.Record(rows.Calendar), query.Trajectory);
            return OfObservations(record, query.Steps(rows.Calendar), asked, every, rows.Forcing) with { Calendar = rows.Calendar };
        }

        TidyQuery.RequireNone(request);
        var body = await BodyReading.Json<ForecastBody>(request, cancellation).ConfigureAwait(false);
        var calendar = StepReading.Calendar(card, body.TimeOrigin);
        if (body.States is null)
        {
            return OfObservations(_reading.Of(body, calendar), StepReading.Range(body.Steps, calendar), body.Leads, body.Every, body.Forcing)
                with { Calendar = calendar };
        }

        if (body.Entries is not null || body.Rows is not null || body.Record is not null || body.Steps is not null)
        {
            throw RequestFault.Unprocessable("contradiction", "either states or observations", "both",
                "Send states with firstStep, or observations with record and steps.");
        }

        var states = States(body.States, body.FirstStep ?? 0);
        var steps = new StepRange(states.FirstStep, states.FirstStep + states.Count);
        return Checked(new Question(body.Leads, body.Every ?? 1) { States = states, Steps = steps, Calendar = calendar }, body.Forcing);
    }

    // Forecasts start from the newest step unless others are asked for.
    private Question OfObservations(ObservationStretch observations, StepRange? asked, IReadOnlyList<int> leads, int? every, ForcingBody? forcing)
    {
        var record = observations.Steps;
        var steps = ObservationReading.Asked(asked, record, new StepRange(record.End - 1, record.End));
        return Checked(new Question(leads, every ?? 1) { Observations = observations, Steps = steps }, forcing);
    }

    private Question Checked(Question question, ForcingBody? forcing)
    {
        var (leads, every, steps) = (question.Leads, question.Every, question.Steps.Count);
        if (leads.Count == 0 || leads[0] < 0 || leads[^1] > limits.Lead || leads.Zip(leads.Skip(1)).Any(p => p.First >= p.Second))
        {
            throw RequestFault.Unprocessable(
                "bad-leads", $"rising leads from 0 to {limits.Lead} steps", leads.Count == 0
                    ? "none" : string.Join(", ", leads.Take(20)) + (leads.Count > 20 ? ", ..." : ""), "Sort them; longer forecasts go on from the last state.");
        }

        if (every < 1)
        {
            throw RequestFault.Unprocessable("bad-every", "every of at least 1", $"{every}", "Leave it out to start from each step.");
        }

        var states = (steps + every - 1) / every * leads.Count;
        return states <= limits.Steps
            ? question with { Forcing = ForcingReading.Of(card, limits, forcing, question.Steps.Start, question.Steps.End - 1 + leads[^1]) }
            : throw RequestFault.Unprocessable("too-many-steps", $"at most {limits.Steps} states in a reply", $"{states} (starts times leads)",
                "Ask for fewer starts or leads at a time.");
    }

    private StateBlock States(DenseBody rows, long firstStep)
    {
        var size = card.Layout.Size;
        if (rows.Count == 0 || rows.Count > limits.Steps)
        {
            throw RequestFault.Unprocessable("too-many-steps", $"1 to {limits.Steps} states", $"{rows.Count}", "Send the states in several requests.");
        }

        _ = StepReading.Within(new StepRange(firstStep, firstStep));
        var states = new float[rows.Count * size];
        for (var row = 0; row < rows.Count; row++)
        {
            var state = rows[row];
            if (state.Length != size)
            {
                throw RequestFault.Unprocessable("wrong-state-size", $"{size} numbers in states[{row}]", $"{state.Length}",
                    "GET /v1/model tells the fields of a state.");
            }

            for (var entry = 0; entry < size; entry++)
            {
                var domain = card.Layout.DomainOf(entry);
                states[(row * size) + entry] = domain.Contains(state[entry]) ? state[entry]
                    : float.IsFinite(state[entry])
                    ? throw RequestFault.Unprocessable("out-of-bounds", $"a number {domain} in states[{row}][{entry}]",
                        FormattableString.Invariant($"{state[entry]:G9}"), "GET /v1/model tells the fields and their bounds.")
                    : throw RequestFault.Unprocessable("not-finite", $"a finite number of single precision in states[{row}][{entry}]",
                        float.IsNaN(state[entry]) ? "null" : "an infinite one", "Start from a whole state.");
            }
        }

        return new StateBlock(0, firstStep, size, states);
    }

    private static IReadOnlyList<StateBlock> Every(StateBlock states, int every) =>
    [
        .. Enumerable.Range(0, states.Count).Where(row => row % every == 0)
            .Select(row =>
                new StateBlock(states.Trajectory, states.FirstStep + row, states.StateSize, states.States.Slice(row * states.StateSize, states.StateSize))),
    ];

    private static int[] Leads(string? text)
    {
        var words = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. words.Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var lead)
            ? lead
            : throw RequestFault.Unprocessable("bad-leads", "leads as integers, as in 0,25,50", $"'{word}'", "Name them in steps."))];
    }

    private sealed record Question(IReadOnlyList<int> Leads, int Every)
    {
        public StateBlock? States { get; init; }

        public ObservationStretch? Observations { get; init; }

        public StepRange Steps { get; init; }

        public StepCalendar? Calendar { get; init; }

        public ForcingSeries? Forcing { get; init; }

        // Of states that were sent, nothing is known.
        public long? LookAhead(ModelCard card, long step) => Observations is { } observations
            ? ObservationReading.LookAhead(card, observations.Steps, step) : null;
    }
}
