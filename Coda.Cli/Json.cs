using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Coda.Data.Foundation;

namespace Coda.Cli;

/// <summary>Results for machines: as <see cref="CodaJson"/>, with <see langword="null"/> for numbers that are not finite.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new(CodaJson.Options) { Converters = { new FiniteDouble(), new FiniteSingle() } };

    /// <summary>A value as JSON.</summary>
    /// <param name="value">A record, a dictionary, a list, or an anonymous object.</param>
    public static JsonNode Node(object value) => JsonSerializer.SerializeToNode(value, Options)!;

    /// <summary>Writes a value.</summary>
    /// <param name="value">A record, a dictionary, a list, or an anonymous object.</param>
    public static string Write(object value) => Escaped(JsonSerializer.Serialize(value, Options));

    // Line ends lie between members only; what hides or turns text lies within strings, where it may stand by its number.
    private static string Escaped(string json) => string.Join('\n', json.Split('\n').Select(ForeignText.Escape));

    private sealed class FiniteDouble : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }

    private sealed class FiniteSingle : JsonConverter<float>
    {
        public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetSingle();

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
        {
            if (float.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
