using Coda.Service.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Coda.Service.Bodies;

/// <summary>The media types that the service reads and writes.</summary>
internal static class ContentTypes
{
    /// <summary>JSON.</summary>
    public const string Json = "application/json";

    /// <summary>Apache Parquet.</summary>
    public const string Parquet = "application/vnd.apache.parquet";

    /// <summary>Tidy rows with a header line.</summary>
    public const string Csv = "text/csv";

    /// <summary>What a body is written in.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="RequestFault">It is neither Parquet nor JSON or CSV in UTF-8, or is compressed; 415.</exception>
    public static BodyKind KindOf(HttpRequest request)
    {
        var isParsed = MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            throw new RequestFault(
                415, "unsupported-encoding", "a body that is not compressed", $"Content-Encoding: {encoding}",
                "Send the body as it is; Parquet compresses by itself.");
        }

        if (isParsed && type!.MediaType.Equals(Parquet, StringComparison.OrdinalIgnoreCase))
        {
            return BodyKind.Parquet;
        }

        if (isParsed && (type!.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            foreach (var (name, kind) in new[] { (Json, BodyKind.Json), (Csv, BodyKind.Csv) })
            {
                if (type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return kind;
                }
            }
        }

        throw new RequestFault(
            415, "unsupported-media-type", $"a body of {Json} or {Csv} (in UTF-8) or {Parquet}", request.ContentType is { Length: > 0 } got
                ? got : "no Content-Type", "Set the header Content-Type.");
    }

    /// <summary>Whether the reply is to be Parquet: where the header Accept prefers it; JSON where it takes both alike.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="RequestFault">It takes neither; 406.</exception>
    public static bool WantsParquet(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
        {
            return false;
        }

        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
        {
            accepted = [];
        }

        var (json, parquet) = (Quality(accepted, Json), Quality(accepted, Parquet));
        return json > 0 || parquet > 0
            ? parquet > json
            : throw new RequestFault(
                406, "not-acceptable", $"an Accept of {Json} or {Parquet}", $"{request.Headers.Accept}", "Set or leave out the header Accept.");
    }

    // The most specific range that includes the type counts.
    private static double Quality(IList<MediaTypeHeaderValue> accepted, string type)
    {
        var wanted = new MediaTypeHeaderValue(type);
        return accepted.Where(wanted.IsSubsetOf).OrderBy(range => (range.MatchesAllTypes ? 2 : 0) + (range.MatchesAllSubTypes ? 1 : 0))
            .FirstOrDefault() is { } range ? range.Quality ?? 1 : 0;
    }
}
