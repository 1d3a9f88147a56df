using System.Text;
using Coda.Data.Foundation;

namespace Coda.Benchmarks.Faults;

/// <summary>Damage that tables as text meet on their way.</summary>
internal static class CsvMutations
{
    /// <summary>Each with its name.</summary>
    public static IReadOnlyDictionary<string, Func<byte[], CounterRandom, byte[]?>> All { get; } = new Dictionary<string, Func<byte[], CounterRandom, byte[]?>>
    {
        ["csv-remove-field"] = (bytes, random) => Fields(bytes, ref random, (fields, at) => fields.RemoveAt(at)),
        ["csv-add-field"] = (bytes, random) => Fields(bytes, ref random, (fields, at) => fields.Insert(at, "7")),
        ["csv-empty-field"] = (bytes, random) => Fields(bytes, ref random, (fields, at) => fields[at] = ""),
        ["csv-text-field"] = (bytes, random) => Fields(bytes, ref random, (fields, at) => fields[at] = "n/a"),
        ["csv-quote"] = (bytes, random) => Fields(bytes, ref random, (fields, at) => fields[at] = $"\"{fields[at]}"),
        ["csv-quotes"] = (bytes, random) => Fields(bytes, ref random, (fields, at) => fields[at] = $"\"{fields[at]}\""),
        ["csv-nul"] = (bytes, random) => Insert(bytes, random, [0]),
        ["csv-not-utf8"] = (bytes, random) => Insert(bytes, random, [0xE9]),
        ["csv-control"] = (bytes, random) => Fields(bytes, ref random, (fields, at) => fields[at] = "\u001b[31mx\u0007"),
        ["csv-bom"] = (bytes, _) => [0xEF, 0xBB, 0xBF, .. bytes],
        ["csv-crlf"] = (bytes, random) => Lines(bytes, lines => lines.Select(line => line + (random.NextInteger(2) == 0 ? "\r" : ""))),
        ["csv-blank-line"] = (bytes, random) => Again(bytes, random, ""),
        ["csv-header-again"] = (bytes, random) => Again(bytes, random, null),
        ["csv-semicolons"] = (bytes, _) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace(',', ';')),
        ["csv-row-again"] = (bytes, random) => Lines(bytes, lines => lines.Append(lines[1 + (int)random.NextInteger(lines.Length - 1)])),
    };

    private static byte[] Fields(byte[] bytes, ref CounterRandom random, Action<List<string>, int> change)
    {
        var lines = Split(bytes);
        var row = 1 + (int)random.NextInteger(lines.Length - 1);
        var fields = lines[row].Split(',').ToList();
        change(fields, (int)random.NextInteger(fields.Count));
        lines[row] = string.Join(',', fields);
        return Join(lines);
    }

    private static byte[] Again(byte[] bytes, CounterRandom random, string? line) => Lines(bytes, lines =>
    {
        var at = 1 + (int)random.NextInteger(lines.Length);
        return [.. lines[..at], line ?? lines[0], .. lines[at..]];
    });

    private static byte[] Insert(byte[] bytes, CounterRandom random, byte[] inserted)
    {
        var at = (int)random.NextInteger(bytes.Length);
        return [.. bytes[..at], .. inserted, .. bytes[at..]];
    }

    private static byte[] Lines(byte[] bytes, Func<string[], IEnumerable<string>> change) => Join(change(Split(bytes)));

    private static string[] Split(byte[] bytes) => Encoding.UTF8.GetString(bytes).TrimEnd('\n').Split('\n');

    private static byte[] Join(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
}
