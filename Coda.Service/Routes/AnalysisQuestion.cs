using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Service.Bodies;
using Coda.Service.Problems;
using Coda.Service.Settings;
using Microsoft.AspNetCore.Http;

namespace Coda.Service.Routes;

/// <summary>What a request for analyses asks.</summary>
/// <param name="Observations">The record, as values.</param>
/// <param name="Steps">The steps whose analyses are wanted.</param>
/// <param name="Calendar">What steps are in dates, where that is known.</param>
internal sealed record AnalysisQuestion(ObservationStretch Observations, StepRange Steps, StepCalendar? Calendar)
{
    /// <summary>Reads and checks a body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="query">What the query says of rows.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="reading">Checks observations.</param>
    /// <param name="limits">What a request may ask for.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="RequestFault">The first fault found.</exception>
    public static async Task<AnalysisQuestion> Read(
        HttpRequest request, TidyQuery query, ModelCard card, ObservationReading reading, ServiceLimits limits, CancellationToken cancellation)
    {
        if (ContentTypes.KindOf(request) is var kind and not BodyKind.Json)
        {
            var rows = await query.Read(request, kind, card, reading.Sites, limits, cancellation).ConfigureAwait(false);
            var stretch = reading.Of(rows, query.Record(rows.Calendar), query.Trajectory);
            return new(stretch, ObservationReading.Asked(query.Steps(rows.Calendar), stretch.Steps, stretch.Steps), rows.Calendar);
        }

        TidyQuery.RequireNone(request);
        var body = await BodyReading.Json<AnalysisBody>(request, cancellation).ConfigureAwait(false);
        var calendar = StepReading.Calendar(card, body.TimeOrigin);
        var observations = reading.Of(body, calendar);
        return new(observations, ObservationReading.Asked(StepReading.Range(body.Steps, calendar), observations.Steps, observations.Steps), calendar);
    }
}
