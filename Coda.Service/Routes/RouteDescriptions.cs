using Coda.Service.Bodies;
using Coda.Service.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Coda.Service.Routes;

/// <summary>What the OpenAPI document says of routes that compute.</summary>
internal static class RouteDescriptions
{
    private static readonly int[] Faults = [400, 401, 406, 408, 413, 415, 422, 429, 503, 504];

    /// <summary>Names body, reply and problems.</summary>
    /// <param name="route">The route.</param>
    public static void Describes<TBody, TReply>(this RouteHandlerBuilder route)
    {
        route.Produces<TReply>(StatusCodes.Status200OK, ContentTypes.Json, ContentTypes.Parquet);
        foreach (var status in Faults)
        {
            route.Produces<Problem>(status, Problem.MediaType);
        }

        // Not as metadata of the route, which would refuse other types without a word: the route says what it takes.
        route.AddOpenApiOperationTransformer(async (operation, context, cancellation) => operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ContentTypes.Json] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(TBody), null, cancellation).ConfigureAwait(false) },
                [ContentTypes.Parquet] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
            },
        });
    }
}
