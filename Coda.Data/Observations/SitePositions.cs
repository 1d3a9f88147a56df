namespace Coda.Data.Observations;

/// <summary>Where sites lie that are between the points of a grid, in the grid's units.</summary>
/// <remarks>Immutable; safe to share.</remarks>
/// <param name="dimensions">The number of axes of space, at least 1.</param>
/// <param name="coordinates">The coordinates, in the order of <see cref="Geometry.Grid.Coordinates"/>; not to be changed. [site · dimension]</param>
/// <param name="given">The coordinates as the user gave them, x first, where they were given; not to be changed. [site · dimension]</param>
public sealed class SitePositions(int dimensions, double[] coordinates, double[]? given = null)
{
    private readonly double[] _coordinates = coordinates;
    private readonly double[]? _given = given;

    /// <summary>The number of axes of space.</summary>
    public int Dimensions { get; } = dimensions;

    /// <summary>The number of positions.</summary>
    public int Count { get; } = coordinates.Length / dimensions;

    /// <summary>The coordinates of a site. [dimension]</summary>
    /// <param name="site">The site, in [0, <see cref="Count"/>).</param>
    public ReadOnlySpan<double> this[int site] => _coordinates.AsSpan(site * Dimensions, Dimensions);

    /// <summary>A site's coordinate as the user gave it, or where none was given on the grid.</summary>
    /// <param name="site">The site, in [0, <see cref="Count"/>).</param>
    /// <param name="axis">0 for x, along the grid's last axis; 1 for y.</param>
    public double Given(int site, int axis) => _given is null ? this[site][^(axis + 1)] : _given[(site * Dimensions) + axis];

    /// <summary>Positions after each other.</summary>
    /// <param name="parts">The positions, all in as many dimensions; at least one.</param>
    public static SitePositions Concat(IReadOnlyList<SitePositions> parts) => new(
        parts[0].Dimensions, [.. parts.SelectMany(part => part._coordinates)],
        parts.All(part => part._given is not null) ? [.. parts.SelectMany(part => part._given!)] : null);

    /// <summary>The positions of some sites, in their order.</summary>
    /// <param name="sites">The sites; one may stand twice.</param>
    public SitePositions Of(ReadOnlySpan<int> sites) =>
        new(Dimensions, Some(_coordinates, sites), _given is null ? null : Some(_given, sites));

    private double[] Some(double[] all, ReadOnlySpan<int> sites)
    {
        var some = new double[sites.Length * Dimensions];
        for (var i = 0; i < sites.Length; i++)
        {
            all.AsSpan(sites[i] * Dimensions, Dimensions).CopyTo(some.AsSpan(i * Dimensions));
        }

        return some;
    }
}
