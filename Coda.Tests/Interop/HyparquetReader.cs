using System.Text.Json.Nodes;

namespace Coda.Tests.Interop;

/// <summary>hyparquet, in JavaScript.</summary>
internal sealed class HyparquetReader : ITableReader
{
    public TableColumns Read(string archive, string table)
    {
        var got = NodeScript.Run("read-table.mjs", new JsonObject { ["archive"] = archive, ["table"] = table });
        return new(
            [.. got["schema"]!.AsArray().Select(part => (string)part!)],
            got["columns"]!.AsObject().ToDictionary(column => column.Key, column => column.Value!.AsArray().Select(Text).ToArray()));
    }

    // 64-bit integers come as text, all else as the doubles that JavaScript has.
    private static string Text(JsonNode? entry) => entry switch
    {
        JsonArray list => string.Join(' ', list.Select(Text)),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => FormattableString.Invariant($"{(double)entry!}"),
    };
}
