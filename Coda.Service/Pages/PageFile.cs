using System.Security.Cryptography;

namespace Coda.Service.Pages;

/// <summary>A static file of the page, as this assembly holds it.</summary>
/// <param name="Path">The path that it is served at.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Bytes">What it holds.</param>
/// <param name="Tag">Names the content, for caches.</param>
internal sealed record PageFile(string Path, string MediaType, byte[] Bytes, string Tag)
{
    private const string Folder = "page/";

    // Pages have paths of their own; what they load lies in /page.
    private static readonly Dictionary<string, string> Pages = new() { ["index.html"] = "/", ["openapi.html"] = "/openapi" };

    /// <summary>Every file, by the path that it is served at.</summary>
    public static IReadOnlyDictionary<string, PageFile> All { get; } = typeof(PageFile).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(Read).ToDictionary(file => file.Path);

    private static PageFile Read(string resource)
    {
        using var stream = typeof(PageFile).Assembly.GetManifestResourceStream(resource)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var (name, bytes) = (resource[Folder.Length..], copy.ToArray());
        return new PageFile(Pages.GetValueOrDefault(name, $"/{resource}"), MediaTypeOf(name), bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"");
    }

    private static string MediaTypeOf(string name) => System.IO.Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"{name}: expected a file of html, css, js or svg, got {other}."),
    };
}
