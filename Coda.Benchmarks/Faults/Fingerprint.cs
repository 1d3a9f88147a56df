using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Coda.Data.Cards;

namespace Coda.Benchmarks.Faults;

/// <summary>Outputs as a text that is the same where the outputs are.</summary>
internal static class Fingerprint
{
    // What tells of a run and not of its results, and what names the files that it was made from.
    private static readonly string[] Passing =
        ["seconds", "path", "archive", "command", "origin", "origins", "provenance", "warnings", "checksums", "trainingArchive", "model", "peakMemory"];

    /// <summary>The hash of every file of numbers in a folder, or of one file.</summary>
    /// <param name="path">The folder or file; nothing there gives nothing.</param>
    /// <param name="hasDescription">Whether an archive's description counts, too.</param>
    public static string OfFiles(string path, bool hasDescription)
    {
        if (File.Exists(path))
        {
            return path.EndsWith(".json", StringComparison.Ordinal) ? OfJson(File.ReadAllText(path)) : Hash(path);
        }

        var files = Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [];
        var outputs = files.Where(file => IsNumbers(file) || (hasDescription && IsDescription(file))).Order(StringComparer.Ordinal);
        return string.Join('\n', outputs.Select(file => $"{Path.GetRelativePath(path, file)} {OfFile(file)}"));
    }

    /// <summary>A document without what tells of the run.</summary>
    /// <param name="text">The document.</param>
    public static string OfJson(string text)
    {
        var root = JsonNode.Parse(text)!;
        Strip(root);
        return root.ToJsonString();
    }

    private static bool IsNumbers(string file) =>
        Path.GetExtension(file) is ".parquet" or ".onnx" && Path.GetFileName(file) != ModelFolder.History; // which has seconds

    private static bool IsDescription(string file) => Path.GetFileName(file) == "archive.json";

    private static string OfFile(string file) => IsDescription(file) ? Hash(Encoding.UTF8.GetBytes(OfJson(File.ReadAllText(file)))) : Hash(file);

    private static string Hash(string file) => Hash(File.ReadAllBytes(file));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];

    private static void Strip(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var name in Passing)
                {
                    members.Remove(name);
                }

                foreach (var (_, value) in members)
                {
                    Strip(value);
                }

                break;
            case JsonArray entries:
                foreach (var entry in entries)
                {
                    Strip(entry);
                }

                break;
        }
    }
}
