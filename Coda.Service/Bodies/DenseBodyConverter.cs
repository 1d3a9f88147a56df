using System.Text.Json;
using System.Text.Json.Serialization;
using Coda.Data.Foundation;

namespace Coda.Service.Bodies;

/// <summary>Reads rows of numbers.</summary>
internal sealed class DenseBodyConverter : JsonConverter<DenseBody>, IShapedConverter
{
    /// <inheritdoc/>
    public IReadOnlyList<Type> Shapes { get; } = [typeof(IReadOnlyList<IReadOnlyList<float?>>)];

    /// <inheritdoc/>
    /// <exception cref="JsonException">No array of arrays of numbers and nulls; the message names row and entry.</exception>
    public override DenseBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException($"expected an array of rows, got {reader.TokenType}");
        }

        var (entries, ends, rowStart) = (new List<float>(), new List<int>(), 0);
        try
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.StartArray)
                {
                    throw new JsonException($"expected an array, got {reader.TokenType}");
                }

                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    entries.Add(reader.TokenType switch
                    {
                        JsonTokenType.Number => reader.GetSingle(),
                        JsonTokenType.Null => float.NaN,
                        var other => throw new JsonException($"expected a number or null, got {other}"),
                    });
                }

                ends.Add(rowStart = entries.Count);
            }
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            throw new JsonException($"row {ends.Count}, entry {entries.Count - rowStart}: {fault.Message}", fault);
        }

        return new DenseBody(entries, ends);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DenseBody value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        for (var row = 0; row < value.Count; row++)
        {
            writer.WriteStartArray();
            foreach (var entry in value[row])
            {
                if (float.IsNaN(entry))
                {
                    writer.WriteNullValue();
                }
                else
                {
                    writer.WriteNumberValue(entry);
                }
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}
