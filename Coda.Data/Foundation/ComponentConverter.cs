using System.Text.Json.Nodes;

namespace Coda.Data.Foundation;

/// <summary>Reads a component from an object with name and options, or from its name alone or with options, NAME:OPTION=VALUE,OPTION=VALUE; writes the
/// object.</summary>
internal sealed class ComponentConverter() : ShapedConverter<Component>(typeof(string), typeof(Shape))
{
    /// <inheritdoc/>
    protected override Component From(object shape) => shape is Shape whole ? new(whole.Name, whole.Options) : MemberSettings.Component((string)shape);

    /// <inheritdoc/>
    protected override object ShapeOf(Component value) => new Shape { Name = value.Name, Options = value.Options };

    private sealed record Shape
    {
        public required string Name { get; init; }

        public JsonObject? Options { get; init; }
    }
}
