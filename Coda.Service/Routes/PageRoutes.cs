using Coda.Service.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coda.Service.Routes;

/// <summary>The page at the root, and what it loads: static files that say nothing of the model, which the page asks for as every client does.</summary>
internal static class PageRoutes
{
    // Nothing from elsewhere, nothing inline, and no other page around it.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Adds the routes.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        // With the context alone, the OpenAPI document leaves them out.
        foreach (var file in PageFile.All.Values)
        {
            routes.MapGet(file.Path, context => Answer(context, file));
        }
    }

    /// <summary>Whether a path is that of a static file, which needs no key.</summary>
    /// <param name="path">The path.</param>
    public static bool Holds(PathString path) => PageFile.All.ContainsKey(path.Value ?? "");

    private static async Task Answer(HttpContext context, PageFile file)
    {
        var (request, reply) = (context.Request, context.Response);
        reply.Headers.ContentSecurityPolicy = Policy;
        reply.Headers.XContentTypeOptions = "nosniff";
        reply.Headers["Referrer-Policy"] = "no-referrer";
        reply.Headers.CacheControl = "no-cache"; // asks each time, so that a newer service is not met by an older script
        reply.Headers.ETag = file.Tag;
        if (request.Headers.IfNoneMatch == file.Tag)
        {
            reply.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        (reply.ContentType, reply.ContentLength) = (file.MediaType, file.Bytes.Length);
        await reply.Body.WriteAsync(file.Bytes, context.RequestAborted).ConfigureAwait(false);
    }
}
