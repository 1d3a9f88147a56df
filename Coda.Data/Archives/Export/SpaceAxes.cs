using Coda.Data.Geometry;

namespace Coda.Data.Archives.Export;

/// <summary>The names of a grid's coordinates.</summary>
internal static class SpaceAxes
{
    private static readonly string[] Names = ["x", "y", "z"];

    /// <summary>The coordinates of a grid that say more than the site's number: those of points, and of grids with several axes.</summary>
    /// <param name="grid">The grid.</param>
    /// <returns>Their names in the order of <see cref="Grid.Coordinates"/>: of a regular grid y, x; of points x, y.</returns>
    public static IReadOnlyList<string> Of(Grid grid)
    {
        var count = grid.Extent.Count;
        if (count == 0 || (count == 1 && grid is RegularGrid))
        {
            return [];
        }

        var names = Enumerable.Range(0, count).Select(axis => count <= Names.Length ? Names[axis] : $"x{axis}");
        return [.. grid is RegularGrid ? names.Reverse() : names];
    }
}
