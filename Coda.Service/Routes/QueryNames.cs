using Coda.Service.Problems;
using Microsoft.AspNetCore.Http;

namespace Coda.Service.Routes;

/// <summary>The names that the query of a route may have; what a route does not say has none.</summary>
/// <param name="Known">The names.</param>
internal sealed record QueryNames(params IReadOnlyList<string> Known)
{
    private static readonly QueryNames None = new();

    /// <summary>Refuses a query with other names, of which nobody would notice that they do nothing. Probes of health may have any.</summary>
    /// <param name="context">A request whose route is found.</param>
    /// <exception cref="RequestFault">There is another name; 400.</exception>
    public static void Require(HttpContext context)
    {
        if (context.GetEndpoint() is not { } route || context.Request.Query.Count == 0 || context.Request.Path.StartsWithSegments(InformationRoutes.Health))
        {
            return;
        }

        var known = (route.Metadata.GetMetadata<QueryNames>() ?? None).Known;
        if (context.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new RequestFault(
                400, "unknown-query-parameter", known.Count == 0 ? "no query for this route" : $"a query of {string.Join(", ", known)}", $"'{unknown}'",
                "Correct the name or leave it out; GET /openapi/v1.json describes the routes.");
        }
    }
}
