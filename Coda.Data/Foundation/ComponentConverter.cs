using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Coda.Data.Foundation;

/// <summary>Reads a component from an object with name and options, or from its name alone; writes the object.</summary>
internal sealed class ComponentConverter : JsonConverter<Component>, IShapedConverter
{
    /// <inheritdoc/>
    public IReadOnlyList<Type> Shapes { get; } = [typeof(string), typeof(Shape)];

    public override Component Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new Component(reader.GetString()!);
        }

        var shape = JsonSerializer.Deserialize<Shape>(ref reader, options)!;
        return new Component(shape.Name, shape.Options);
    }

    public override void Write(Utf8JsonWriter writer, Component value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Shape { Name = value.Name, Options = value.Options }, options);

    private sealed record Shape
    {
        public required string Name { get; init; }

        public JsonObject? Options { get; init; }
    }
}
