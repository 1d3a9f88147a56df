namespace Coda.Data.Observations;

/// <summary>Where sites lie that are between the points of a grid, in the grid's units.</summary>
/// <remarks>Immutable; safe to share.</remarks>
/// <param name="dimensions">The number of axes of space, at least 1.</param>
/// <param name="coordinates">The coordinates, in the order of <see cref="Geometry.Grid.Coordinates"/>; not to be changed. [site · dimension]</param>
public sealed class SitePositions(int dimensions, double[] coordinates)
{
    /// <summary>The number of axes of space.</summary>
    public int Dimensions { get; } = dimensions;

    /// <summary>The number of positions.</summary>
    public int Count { get; } = coordinates.Length / dimensions;

    /// <summary>The coordinates of a site. [dimension]</summary>
    /// <param name="site">The site, in [0, <see cref="Count"/>).</param>
    public ReadOnlySpan<double> this[int site] => coordinates.AsSpan(site * Dimensions, Dimensions);

    /// <summary>The positions of some sites, in their order.</summary>
    /// <param name="sites">The sites; one may stand twice.</param>
    public SitePositions Of(ReadOnlySpan<int> sites)
    {
        var some = new double[sites.Length * Dimensions];
        for (var i = 0; i < sites.Length; i++)
        {
            this[sites[i]].CopyTo(some.AsSpan(i * Dimensions));
        }

        return new SitePositions(Dimensions, some);
    }
}
