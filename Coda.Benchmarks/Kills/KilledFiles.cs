using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Coda.Benchmarks.Kills;

/// <summary>What lies where a command writes, in a form that is the same where the results are: parts by their place among the others, whatever their names,
/// and documents without what tells of the time that a run took.</summary>
internal static partial class KilledFiles
{
    private const string Description = "archive.json";
    private static readonly string[] Passing = ["seconds", "core_minutes", "takeovers"];

    /// <summary>Whether a file is a document of an archive or the like.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsDocument(string name) => name.EndsWith(".json", StringComparison.Ordinal);

    /// <summary>Whether a file holds nothing but the time that things took, or such numbers beside others.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsTimed(string name) => Path.GetFileName(name) is "history.parquet" or "results.parquet" or "seconds.json";

    /// <summary>Whether a file is what a run keeps on its way: half a file under a temporary name, a lock, a checkpoint, the manifest of a part, the table of
    /// the cells that are done.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsOfRun(string name) => name.Split('/').Any(part => part.EndsWith(".partial", StringComparison.Ordinal))
        || name.EndsWith(".lock", StringComparison.Ordinal) || name.Contains("/run/", StringComparison.Ordinal)
        || name == "results.md" || Path.GetFileName(name).StartsWith("checkpoint", StringComparison.Ordinal);

    /// <summary>A file's content as a short text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its content.</param>
    /// <exception cref="System.Text.Json.JsonException">A document is not whole.</exception>
    public static string Content(string name, byte[] content) => IsTimed(name) ? IsParquet(name) && !IsWholeParquet(content) ? "cut" : "timed"
        : IsDocument(name) ? Hash(Encoding.UTF8.GetBytes(Document(name, content)))
        : Hash(content);

    /// <summary>Everything, by names in which parts have their places.</summary>
    /// <param name="files">The files.</param>
    public static SortedDictionary<string, string> Normal(IReadOnlyDictionary<string, byte[]> files) => new(
        files.GroupBy(f => Part().Replace(f.Key, "part")).SelectMany(
            group => group.OrderBy(f => f.Key, StringComparer.Ordinal).Select((f, place) => (Name: $"{group.Key} {place}", Content: Content(f.Key, f.Value))))
            .ToDictionary(f => f.Name, f => f.Content),
        StringComparer.Ordinal);

    private static bool IsParquet(string name) => name.EndsWith(".parquet", StringComparison.Ordinal);

    private static bool IsWholeParquet(byte[] content) => content.AsSpan().StartsWith("PAR1"u8) && content.AsSpan().EndsWith("PAR1"u8);

    private static string Document(string name, byte[] content)
    {
        var root = JsonNode.Parse(content)!;
        if (Path.GetFileName(name) == Description && root["checksums"] is JsonObject checksums)
        {
            root["checksums"] = new JsonArray([.. checksums.OrderBy(c => c.Key, StringComparer.Ordinal).Select(
                c => JsonValue.Create($"{Part().Replace(c.Key, "part")} {c.Value}"))]);
        }

        Strip(root);
        return root.ToJsonString();
    }

    private static void Strip(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var name in Passing.Append("digest"))
            {
                members.Remove(name);
            }
        }

        foreach (var child in node is JsonObject inner ? inner.Select(m => m.Value) : node as JsonArray ?? Enumerable.Empty<JsonNode?>())
        {
            Strip(child);
        }
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content))[..16];

    [GeneratedRegex(@"part-\d{5}(-[0-9a-f]{12})?")]
    private static partial Regex Part();
}
