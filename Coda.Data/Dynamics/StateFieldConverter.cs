using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>Writes a field with its grid; reads it so, or as cards and archives of format 1 have it: with a size, and a ring or none.</summary>
internal sealed class StateFieldConverter() : ShapedConverter<StateField>(typeof(Shape), typeof(FirstShape))
{
    private enum Topology
    {
        Ring,
        Components,
    }

    /// <inheritdoc/>
    protected override StateField From(object shape)
    {
        if (shape is FirstShape first)
        {
            return new(first.Name, first.Topology == Topology.Ring ? new Ring(first.Size) : new Components(first.Size));
        }

        var field = (Shape)shape;
        return new(field.Name, field.Grid, field.Unit) { Domain = field.Domain ?? StateDomain.Real };
    }

    /// <inheritdoc/>
    protected override object ShapeOf(StateField value) => new Shape(value.Name, value.Grid, value.Unit, value.Domain.IsReal ? null : value.Domain);

    private sealed record Shape(string Name, Grid Grid, string Unit = "1", StateDomain? Domain = null);

    private sealed record FirstShape(string Name, int Size, Topology Topology);
}
