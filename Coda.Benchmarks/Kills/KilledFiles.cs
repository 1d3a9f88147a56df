using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Data.Cards;
using Coda.Data.Foundation;

namespace Coda.Benchmarks.Kills;

/// <summary>What lies where a command writes, in a form that is the same where the results are: parts by their place among the others, whatever their names,
/// and documents without what tells of the time that a run took.</summary>
internal static partial class KilledFiles
{
    private const string Description = "archive.json";
    private const string Results = "results.parquet";
    private static readonly string[] Passing = ["seconds", "core_minutes", "takeovers"];

    /// <summary>Whether a file is a document of an archive or the like.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsDocument(string name) => name.EndsWith(".json", StringComparison.Ordinal);

    /// <summary>Whether a file is a table of numbers that grows on a run's way, with the time that things took among them.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsTable(string name) => Path.GetFileName(name) is ModelFolder.History or Results;

    /// <summary>Whether a file is whole where it can tell: a document has the digest that it says, a table can be read, a history has its digest.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its content.</param>
    public static bool IsWhole(string name, byte[] content)
    {
        try
        {
            if (IsDocument(name))
            {
                using var document = JsonSource.Parse(content, name, "");
                document.RequireDigest();
            }
            else if (IsTable(name))
            {
                _ = Table(name, content);
            }

            return true;
        }
        catch (Exception fault) when (fault is InvalidDataException or ArchiveFormatException)
        {
            return false;
        }
    }

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
    public static string Content(string name, byte[] content) => Path.GetFileName(name) == "seconds.json" ? "timed"
        : IsTable(name) ? IsWhole(name, content) ? Hash(Encoding.UTF8.GetBytes(Table(name, content))) : "cut"
        : IsDocument(name) ? Hash(Encoding.UTF8.GetBytes(Document(name, content)))
        : Hash(content);

    /// <summary>Everything, by names in which parts have their places.</summary>
    /// <param name="files">The files.</param>
    public static SortedDictionary<string, string> Normal(IReadOnlyDictionary<string, byte[]> files) => new(
        files.GroupBy(f => Part().Replace(f.Key, "part")).SelectMany(
            group => group.OrderBy(f => f.Key, StringComparer.Ordinal).Select((f, place) => (Name: $"{group.Key} {place}", Content: Content(f.Key, f.Value))))
            .ToDictionary(f => f.Name, f => f.Content),
        StringComparer.Ordinal);

    // The numbers without the columns of times, in words.
    private static string Table(string name, byte[] content)
    {
        var folder = Directory.CreateDirectory(ScratchFolder.Shared.NewFile()).FullName;
        try
        {
            var path = Path.Combine(folder, Path.GetFileName(name));
            File.WriteAllBytes(path, content);
            if (Path.GetFileName(name) == ModelFolder.History)
            {
                var history = TrainingHistory.Read(folder)!;
                return $"{string.Join(' ', history.Stages)}\n{string.Join(' ', history.Steps)}\n"
                    + string.Join('\n', history.Columns.Where(c => !IsTime(c)).Select(c => $"{c} {Words(history.Column(c))}"));
            }

            var (columns, rows) = NumberTable.Read(path);
            return string.Join('\n', columns.Index().Where(c => !IsTime(c.Item)).Select(c => $"{c.Item} {Words(rows.Select(row => row[c.Index]))}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static string Words(IEnumerable<double> numbers) => string.Join(' ', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)));
    }

    private static bool IsTime(string column) => Passing.Contains(column) || column.EndsWith("seconds", StringComparison.Ordinal);

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
