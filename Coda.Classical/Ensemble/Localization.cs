using Coda.Data.Dynamics;
using Coda.Data.Geometry;

namespace Coda.Classical.Ensemble;

/// <summary>Where observations matter: tiles of a state's points, and the weights of sites at points.</summary>
/// <remarks>Immutable; safe to share.</remarks>
internal sealed class Localization
{
    private const int MostPoints = 1024;

    private readonly int[] _locations;
    private readonly StateLayout _layout;
    private readonly double _radius;

    /// <summary>Finds what is near what.</summary>
    /// <param name="layout">The states' layout, with distances.</param>
    /// <param name="locations">The entry that each site lies at or is centred on.</param>
    /// <param name="radius">The localization radius, in units of the first field's grid.</param>
    /// <param name="spacing">The sites between points at which transforms are computed, at least 1; more on one regular grid only.</param>
    public Localization(StateLayout layout, IReadOnlyList<int> locations, double radius, int spacing = 1)
    {
        (_locations, _layout, _radius) = ([.. locations], layout, radius);
        IsField = layout.Fields[0].Grid.Extent.Count > 1;
        Weights = LocalWeights.Of(layout, locations, radius);
        Lattice = spacing > 1 ? new CoarseLattice((RegularGrid)layout.SharedGrid!, spacing) : null;
        // Nodes about a tile lie beyond it by less than the spacing along each axis.
        var beyond = (spacing - 1) * Math.Sqrt(layout.Fields[0].Grid.Extent.Count);
        Tiles = new(layout, GaspariCohn.Support(radius) + beyond, PointsOfATile(spacing));
    }

    /// <summary>The points in tiles.</summary>
    public LocalTiles Tiles { get; }

    /// <summary>Whether space has more than one dimension.</summary>
    public bool IsField { get; }

    /// <summary>The weights.</summary>
    public LocalWeights Weights { get; }

    /// <summary>The points at which transforms are computed, where these are not all.</summary>
    public CoarseLattice? Lattice { get; }

    /// <summary>The most points of a tile: more where less is computed at each.</summary>
    /// <param name="spacing">The sites between points at which transforms are computed.</param>
    public static int PointsOfATile(int spacing) => (int)Math.Min(MostPoints, (double)LocalTiles.MostPoints * spacing * spacing);

    /// <summary>The share of space that lies near a tile, about: that of the sites there, where they are evenly spread.</summary>
    /// <param name="layout">The states' layout, with distances.</param>
    /// <param name="radius">The localization radius.</param>
    /// <param name="spacing">The sites between points at which transforms are computed.</param>
    public static double ShareNearATile(StateLayout layout, double radius, int spacing)
    {
        var (grid, share) = (layout.Fields[0].Grid, 1.0);
        var side = Math.Pow(PointsOfATile(spacing), 1.0 / Math.Max(1, grid.Extent.Count)) + (2 * spacing);
        foreach (var extent in grid is RegularGrid ? grid.Extent : [])
        {
            share *= Math.Min(1, ((2 * GaspariCohn.Support(radius)) + side) / extent);
        }

        return share;
    }

    /// <summary>How much each entry of a state counts for a site. [space]</summary>
    /// <param name="site">The site.</param>
    public double[] Taper(int site)
    {
        var distance = new LayoutDistance(_layout);
        return [.. Enumerable.Range(0, _layout.Size).Select(entry => GaspariCohn.At(distance.Between(entry, _locations[site]), _radius))];
    }

    /// <summary>The point that a site lies at.</summary>
    /// <param name="site">The site.</param>
    public int PointOf(int site) => Tiles.PointOf(_locations[site]);
}
