using Coda.Data.Archives.Import;
using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Service.Bodies;
using Coda.Service.Problems;
using Coda.Service.Settings;
using Microsoft.AspNetCore.Http;

namespace Coda.Service.Routes;

/// <summary>What a request with a body of tidy rows, Parquet or CSV, asks for in its query; JSON bodies hold it themselves.</summary>
/// <param name="Start">The first step asked for, or its date.</param>
/// <param name="End">The step after the last.</param>
/// <param name="RecordStart">The first step of the record, or its date.</param>
/// <param name="RecordEnd">The step after the last.</param>
/// <param name="Trajectory">The trajectory whose rows are taken.</param>
/// <param name="TimeOrigin">The date of step 0.</param>
internal sealed record TidyQuery(string? Start, string? End, string? RecordStart, string? RecordEnd, int? Trajectory, string? TimeOrigin)
{
    /// <summary>Reads the rows.</summary>
    /// <param name="request">The request, with a body of tidy rows.</param>
    /// <param name="kind">What they are written in.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="sites">What its sites are called.</param>
    /// <param name="limits">The most steps, of which each has a row for every site at most.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="RequestFault">The body is none of its kind, 400; or the origin is no date for this model, 422.</exception>
    public Task<TidyRows> Read(
        HttpRequest request, BodyKind kind, ModelCard card, SiteLookup sites, ServiceLimits limits, CancellationToken cancellation)
    {
        var (given, mostRows) = (StepReading.Calendar(card, TimeOrigin), (long)limits.Steps * card.SiteCount);
        return kind == BodyKind.Csv
            ? BodyReading.Csv(request, new ObservationTextSettings
            {
                StepLength = card.StepLength, TimeUnit = card.TimeUnit, TimeOrigin = TimeOrigin, SiteOf = sites.IndexOf,
                HasIndices = !sites.HasNumbers, MostRows = mostRows,
            }, cancellation)
            : BodyReading.Parquet(request, mostRows, brought => given ?? Brought(card, brought), cancellation);
    }

    /// <summary>The steps asked for.</summary>
    /// <param name="calendar">What steps are in dates, where that is known.</param>
    /// <exception cref="RequestFault">Only one end is given; 422.</exception>
    public StepRange? Steps(StepCalendar? calendar) => Range(Start, End, calendar, "start", "end");

    /// <summary>The steps of the record.</summary>
    /// <param name="calendar">What steps are in dates, where that is known.</param>
    /// <exception cref="RequestFault">Only one end is given; 422.</exception>
    public StepRange? Record(StepCalendar? calendar) => Range(RecordStart, RecordEnd, calendar, "recordStart", "recordEnd");

    /// <summary>Refuses a query beside a JSON body.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="RequestFault">There is a query; 422.</exception>
    public static void RequireNone(HttpRequest request)
    {
        if (request.Query.Count > 0)
        {
            throw RequestFault.Unprocessable("unexpected-query", "no query beside a JSON body", $"{string.Join(", ", request.Query.Keys)}",
                "Put it into the body, as GET /openapi/v1.json describes.");
        }
    }

    // An archive's origin may be a number, or its model's unit have no known length: its steps have no dates.
    private static StepCalendar? Brought(ModelCard card, string? origin) =>
        origin is not null && StepCalendar.IsDate(origin) && StepCalendar.IsKnown(card.TimeUnit) ? StepReading.Calendar(card, origin) : null;

    private static StepRange? Range(string? start, string? end, StepCalendar? calendar, string startName, string endName) => (start, end) switch
    {
        (null, null) => null,
        ({ } first, { } last) => StepReading.Within(new StepRange(StepReading.Step(first, calendar, startName), StepReading.Step(last, calendar, endName))),
        _ => throw RequestFault.Unprocessable("half-a-range", $"both {startName} and {endName} or neither", start is null
            ? endName : startName, "Give both ends; the end is the step after the last."),
    };
}
