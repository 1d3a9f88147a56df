using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>Distances between the entries of a state, in units of its first field's grid; fields on other grids of the kind span the same space.</summary>
/// <remarks>Immutable; safe to share.</remarks>
public sealed class LayoutDistance
{
    private readonly Grid _grid;
    private readonly double[][] _positions; // [entry][dimension]

    /// <summary>Places the entries.</summary>
    /// <param name="layout">The states' layout.</param>
    /// <exception cref="ArgumentException">It has no distances.</exception>
    public LayoutDistance(StateLayout layout)
    {
        if (!Has(layout))
        {
            throw new ArgumentException($"Expected {Expected}, got {layout}.");
        }

        _grid = layout.Fields[0].Grid;
        _positions = [.. layout.Fields.SelectMany(field => Enumerable.Range(0, field.Size).Select(field.Grid.Position))];
    }

    /// <summary>What a layout with distances has, in words.</summary>
    public static string Expected => "fields on grids of one kind that has distances";

    /// <summary>Whether a layout has distances between all of its entries.</summary>
    /// <param name="layout">A layout.</param>
    public static bool Has(StateLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var first = layout.Fields[0].Grid;
        return layout.Fields.All(f => f.Grid.HasDistance && f.Grid.GetType() == first.GetType() && f.Grid.Extent.Count == first.Extent.Count);
    }

    /// <summary>Where an entry lies, in units of the first field's grid, one axis of space after another; around a periodic axis distances may be shorter than
    /// these numbers tell.</summary>
    /// <param name="entry">A state entry.</param>
    /// <returns>[dimension]</returns>
    public double[] Coordinates(int entry) => [.. _positions[entry].Zip(_grid.Extent, (position, extent) => position * extent)];

    /// <summary>The distance between two entries.</summary>
    /// <param name="a">A state entry.</param>
    /// <param name="b">Another.</param>
    public double Between(int a, int b) => _grid.Distance(_positions[a], _positions[b]);
}
