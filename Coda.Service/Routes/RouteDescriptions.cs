using Coda.Data.Foundation;
using Coda.Service.Bodies;
using Coda.Service.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Coda.Service.Routes;

/// <summary>What the OpenAPI document says of routes that compute.</summary>
internal static class RouteDescriptions
{
    private static readonly int[] Faults = [400, 401, 406, 408, 413, 415, 421, 422, 429, 503, 504];

    /// <summary>Describes the whole document, and the rows of numbers that a converter of ours reads.</summary>
    /// <param name="options">Where to.</param>
    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            (document.Info.Title, document.Info.Version, document.Info.Description) = ("Coda", "1", "Analyses and hybrid forecasts of a trained model.");
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(DenseBody))
            {
                schema.Type = JsonSchemaType.Array | JsonSchemaType.Null;
                schema.Items =
                    new OpenApiSchema { Type = JsonSchemaType.Array,
                        Items = new OpenApiSchema { Type = JsonSchemaType.Number | JsonSchemaType.Null, Format = "float" } };
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>Names body, reply and problems.</summary>
    /// <param name="route">The route.</param>
    /// <param name="isParquet">Whether the reply may be Parquet, too.</param>
    /// <param name="faults">Statuses of problems besides those of all routes.</param>
    public static void Describes<TBody, TReply>(this RouteHandlerBuilder route, bool isParquet = true, params ReadOnlySpan<int> faults)
    {
        route.Produces<TReply>(StatusCodes.Status200OK, ContentTypes.Json, isParquet ? [ContentTypes.Parquet] : []);
        foreach (var status in (int[])[.. Faults, .. faults])
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
                [ContentTypes.Csv] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
                [ContentTypes.Parquet] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
            },
        });
    }
}
