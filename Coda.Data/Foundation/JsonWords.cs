using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Coda.Data.Foundation;

/// <summary>What types ask of JSON, and what was got instead, in words for a person.</summary>
internal static class JsonWords
{
    private static readonly Dictionary<Type, (string Least, string Greatest, Func<JsonElement, bool> Fits)> WholeNumbers = new()
    {
        [typeof(int)] = (Text(int.MinValue), Text(int.MaxValue), static value => value.TryGetInt32(out _)),
        [typeof(long)] = (Text(long.MinValue), Text(long.MaxValue), static value => value.TryGetInt64(out _)),
        [typeof(ulong)] = ("0", Text(ulong.MaxValue), static value => value.TryGetUInt64(out _)),
        [typeof(uint)] = ("0", Text(uint.MaxValue), static value => value.TryGetUInt32(out _)),
        [typeof(short)] = (Text(short.MinValue), Text(short.MaxValue), static value => value.TryGetInt16(out _)),
        [typeof(byte)] = ("0", Text(byte.MaxValue), static value => value.TryGetByte(out _)),
    };

    /// <summary>What a type asks for.</summary>
    /// <param name="type">The type.</param>
    /// <param name="options">How it is bound.</param>
    public static string Of(Type type, JsonSerializerOptions options)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(double) || type == typeof(float) => "a finite number",
            _ when WholeNumbers.TryGetValue(type, out var whole) => $"a whole number in [{whole.Least}, {whole.Greatest}]",
            { IsEnum: true } => $"one of {string.Join(", ", Names(type))}",
            _ when options.GetTypeInfo(type).Converter is IShapedConverter shaped => Of(shaped.Shapes, options),
            _ => KindOf(type, options) switch
            {
                JsonValueKind.Array => "a list",
                JsonValueKind.Object => "an object",
                _ => "another value",
            },
        };
    }

    /// <summary>What types ask for, any of them.</summary>
    /// <param name="shapes">The types.</param>
    /// <param name="options">How they are bound.</param>
    public static string Of(IReadOnlyList<Type> shapes, JsonSerializerOptions options) => string.Join(" or ", shapes.Select(s => Of(s, options)).Distinct());

    /// <summary>The kind of value that a type asks for: text, an object or a list; undefined where it is none of these.</summary>
    /// <param name="type">The type.</param>
    /// <param name="options">How it is bound.</param>
    public static JsonValueKind KindOf(Type type, JsonSerializerOptions options) => type switch
    {
        _ when type == typeof(string) => JsonValueKind.String,
        _ when type == typeof(JsonObject) => JsonValueKind.Object,
        _ when type == typeof(JsonArray) => JsonValueKind.Array,
        _ => options.GetTypeInfo(type).Kind switch
        {
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => JsonValueKind.Object,
            JsonTypeInfoKind.Enumerable => JsonValueKind.Array,
            _ => JsonValueKind.Undefined,
        },
    };

    /// <summary>Whether a value that is not null can be bound to a type without members; true for types that are not known here.</summary>
    /// <param name="value">The value.</param>
    /// <param name="type">The type.</param>
    public static bool Fits(JsonElement value, Type type) => type switch
    {
        _ when type == typeof(string) => value.ValueKind == JsonValueKind.String && TextOf(value) is not null,
        _ when type == typeof(bool) => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ when type == typeof(double) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number),
        _ when type == typeof(float) => value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && float.IsFinite(number),
        _ when WholeNumbers.TryGetValue(type, out var whole) => value.ValueKind == JsonValueKind.Number && whole.Fits(value),
        { IsEnum: true } => value.ValueKind == JsonValueKind.String && TextOf(value) is { } name
            && Names(type).Contains(name, StringComparer.OrdinalIgnoreCase),
        _ when type == typeof(JsonObject) => value.ValueKind == JsonValueKind.Object,
        _ when type == typeof(JsonArray) => value.ValueKind == JsonValueKind.Array,
        _ => true,
    };

    /// <summary>What was got, short and without control characters: the value, or the kind of what holds others.</summary>
    /// <param name="value">The value.</param>
    public static string Got(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => ForeignText.Shorten(value.GetRawText()),
    };

    /// <summary>A member's name; <see langword="null"/> where it holds half of a surrogate pair.</summary>
    /// <param name="member">The member.</param>
    public static string? NameOf(JsonProperty member) => Whole(() => member.Name);

    private static string? TextOf(JsonElement value) => Whole(value.GetString);

    // The reader tells halves of surrogate pairs, written as \ud800, only when the text is asked for.
    private static string? Whole(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Names(Type type) => Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName);

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
