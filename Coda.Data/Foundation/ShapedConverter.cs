using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coda.Data.Foundation;

/// <summary>A converter that reads and writes a type as one of a few others, its shapes, which are checked before they are bound.</summary>
/// <param name="shapes">The types whose JSON it takes; the one with the fewest members unknown or missing is read.</param>
internal abstract class ShapedConverter<T>(params IReadOnlyList<Type> shapes) : JsonConverter<T>, IShapedConverter
{
    /// <inheritdoc/>
    public IReadOnlyList<Type> Shapes => shapes;

    /// <inheritdoc/>
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        return From(element.Deserialize(JsonCheck.ShapeOf(element, shapes, options) ?? throw new JsonException(), options)!);
    }

    /// <inheritdoc/>
    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        var shape = ShapeOf(value);
        JsonSerializer.Serialize(writer, shape, shape.GetType(), options);
    }

    /// <summary>The value that a shape stands for.</summary>
    /// <param name="shape">Of one of the shapes' types.</param>
    protected abstract T From(object shape);

    /// <summary>What is written for a value.</summary>
    /// <param name="value">The value.</param>
    protected abstract object ShapeOf(T value);
}
