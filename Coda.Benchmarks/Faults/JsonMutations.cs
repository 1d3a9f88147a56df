using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Benchmarks.Faults;

/// <summary>Damage after which a document is JSON still, but for numbers that are none.</summary>
internal static class JsonMutations
{
    private const string NoNumber = "@no-number@";
    private const string Doubled = "@doubled@";

    private static readonly string[] Huge = ["1e15", "2147483647", "2147483648", "1e300", "99999999999999999999", "1000000", "0", "1e-300"];
    private static readonly string[] Paths =
    [
        "../../etc/passwd", "/dev/zero", "/etc", "a[1]*?", "..", "", "card.json", "archive.json",
        "observations/../observations/part-00000.parquet", new('y', 5000),
    ];

    private static readonly string[] Controls = ["a\u001b[31mb\u0007", "two\nlines", "\u0000", "\u009b2J", "right\u202eleft"];

    /// <summary>Each with its name; <see langword="null"/> where the document has no place for it.</summary>
    public static IReadOnlyDictionary<string, Func<byte[], CounterRandom, byte[]?>> All { get; } = new Dictionary<string, Func<byte[], CounterRandom, byte[]?>>
    {
        ["json-remove"] = (bytes, random) => At(bytes, ref random, _ => true, Remove),
        ["json-null"] = (bytes, random) => At(bytes, ref random, place => place.Node is not null, place => place.Put(null)),
        ["json-type"] = (bytes, random) => Type(bytes, random),
        ["json-huge"] = (bytes, random) => Number(bytes, random, Huge),
        ["json-negative"] = (bytes, random) => Number(bytes, random, ["-1", "-1e9", "-0.5"]),
        ["json-nan"] = (bytes, random) => Number(bytes, random, ["NaN", "-Infinity", "\"NaN\""]),
        ["json-double"] = (bytes, random) => Double(bytes, random),
        ["json-unknown"] = (bytes, random) => At(bytes, ref random, place => place.Node is JsonObject, place => ((JsonObject)place.Node!)["unheardOf"] = 1),
        ["json-path"] = (bytes, random) => Text(bytes, random, Paths),
        ["json-control"] = (bytes, random) => Text(bytes, random, Controls),
        ["json-empty"] = (bytes, random) => At(
            bytes, ref random, place => place.Node is JsonArray or JsonObject,
            place => place.Put(place.Node is JsonArray ? new JsonArray() : new JsonObject())),
    };

    private static byte[]? Type(byte[] bytes, CounterRandom random)
    {
        JsonNode[] others = ["text", 5, true, new JsonArray(5), new JsonObject { ["a"] = 1 }];
        var other = others[random.NextInteger(others.Length)];
        return At(bytes, ref random, place => place.Node is { } node && node.GetValueKind() != other.GetValueKind(), place => place.Put(other));
    }

    private static byte[]? Number(byte[] bytes, CounterRandom random, string[] texts)
    {
        var text = texts[random.NextInteger(texts.Length)];
        return Replace(At(bytes, ref random, place => place.Is(JsonValueKind.Number), place => place.Put(NoNumber)), $"\"{NoNumber}\"", text);
    }

    // A value, or the name of a member that is a file's.
    private static byte[]? Text(byte[] bytes, CounterRandom random, string[] texts)
    {
        var text = texts[random.NextInteger(texts.Length)];
        var isName = random.NextInteger(2) == 0;
        return isName && At(bytes, ref random, place => place.Name is not null, place => place.Rename(text)) is { } renamed
            ? renamed
            : At(bytes, ref random, place => place.Is(JsonValueKind.String), place => place.Put(text));
    }

    private static byte[]? Double(byte[] bytes, CounterRandom random)
    {
        var name = "";
        var doubled = At(bytes, ref random, place => place.Name is not null, place =>
        {
            name = place.Name!;
            ((JsonObject)place.Parent)[Doubled] = place.Is(JsonValueKind.Number) ? 3 : place.Node?.DeepClone();
        });
        return Replace(doubled, $"\"{Doubled}\"", JsonValue.Create(name).ToJsonString());
    }

    private static void Remove(JsonPlace place)
    {
        if (place.Parent is JsonObject members)
        {
            members.Remove(place.Name!);
        }
        else
        {
            ((JsonArray)place.Parent).RemoveAt(place.Index);
        }
    }

    private static byte[]? At(byte[] bytes, ref CounterRandom random, Func<JsonPlace, bool> fits, Action<JsonPlace> change)
    {
        var root = new JsonArray(JsonNode.Parse(bytes));
        var places = JsonPlace.Of(root).Where(fits).ToList();
        if (places.Count == 0)
        {
            return null;
        }

        change(places[(int)random.NextInteger(places.Count)]);
        return Encoding.UTF8.GetBytes(root.Count > 0 ? root[0]?.ToJsonString() ?? "null" : "");
    }

    private static byte[]? Replace(byte[]? bytes, string old, string text) =>
        bytes is null ? null : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace(old, text, StringComparison.Ordinal));
}
