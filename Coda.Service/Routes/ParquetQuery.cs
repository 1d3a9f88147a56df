using Coda.Data.Time;
using Coda.Service.Bodies;
using Coda.Service.Problems;
using Microsoft.AspNetCore.Http;

namespace Coda.Service.Routes;

/// <summary>What a request with a Parquet body asks for, in its query; JSON bodies hold it themselves.</summary>
/// <param name="Start">The first step asked for.</param>
/// <param name="End">The step after the last.</param>
/// <param name="RecordStart">The first step of the record.</param>
/// <param name="RecordEnd">The step after the last.</param>
internal sealed record ParquetQuery(long? Start, long? End, long? RecordStart, long? RecordEnd)
{
    /// <summary>The steps asked for.</summary>
    /// <exception cref="RequestFault">Only one end is given; 422.</exception>
    public StepRange? Steps() => Range(Start, End, "start", "end");

    /// <summary>The steps of the record.</summary>
    /// <exception cref="RequestFault">Only one end is given; 422.</exception>
    public StepRange? Record() => Range(RecordStart, RecordEnd, "recordStart", "recordEnd");

    /// <summary>Refuses a query beside a JSON body.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="RequestFault">There is a query; 422.</exception>
    public void RequireNone(HttpRequest request)
    {
        if (request.Query.Count > 0)
        {
            throw RequestFault.Unprocessable("unexpected-query", "no query beside a JSON body", $"{string.Join(", ", request.Query.Keys)}",
                "Put it into the body, as GET /openapi/v1.json describes.");
        }
    }

    private static StepRange? Range(long? start, long? end, string startName, string endName) => (start, end) switch
    {
        (null, null) => null,
        ({ } first, { } last) => ObservationReading.Range(new StepsBody { Start = first, End = last }),
        _ => throw RequestFault.Unprocessable("half-a-range", $"both {startName} and {endName} or neither", start is null
            ? endName : startName, "Give both ends; the end is the step after the last."),
    };
}
