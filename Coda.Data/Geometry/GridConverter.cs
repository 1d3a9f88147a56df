using Coda.Data.Foundation;

namespace Coda.Data.Geometry;

/// <summary>Reads and writes a grid as the component that it is in <see cref="Grid.Catalog"/>.</summary>
internal sealed class GridConverter() : ShapedConverter<Grid>(typeof(Component))
{
    /// <inheritdoc/>
    protected override Grid From(object shape)
    {
        var component = (Component)shape;
        return Grid.Catalog.Names.Contains(component.Name)
            ? Grid.Catalog.Create(component)
            : throw new ArgumentException(
                $"grid: expected one of {string.Join(", ", Grid.Catalog.Names)}, got '{ForeignText.Shorten(component.Name)}'; load the plug-in that has it.");
    }

    /// <inheritdoc/>
    protected override object ShapeOf(Grid value) => value.Component;
}
