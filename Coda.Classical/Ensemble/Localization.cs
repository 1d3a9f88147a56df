using Coda.Data.Dynamics;

namespace Coda.Classical.Ensemble;

/// <summary>Where observations matter: tiles of a state's points, and the weights of sites at points.</summary>
/// <param name="layout">The states' layout, with distances.</param>
/// <param name="locations">The entry that each site lies at or is centred on.</param>
/// <param name="radius">The localization radius, in units of the first field's grid.</param>
/// <remarks>Immutable; safe to share.</remarks>
internal sealed class Localization(StateLayout layout, IReadOnlyList<int> locations, double radius)
{
    private readonly int[] _locations = [.. locations];

    /// <summary>The points in tiles.</summary>
    public LocalTiles Tiles { get; } = new(layout, GaspariCohn.Support(radius));

    /// <summary>Whether space has more than one dimension.</summary>
    public bool IsField { get; } = layout.Fields[0].Grid.Extent.Count > 1;

    /// <summary>The weights.</summary>
    public LocalWeights Weights { get; } = LocalWeights.Of(layout, locations, radius);

    /// <summary>The point that a site lies at.</summary>
    /// <param name="site">The site.</param>
    public int PointOf(int site) => Tiles.PointOf(_locations[site]);
}
