using Coda.Data.Geometry;
using Coda.Data.Observations;

namespace Coda.Data.Archives.Export;

/// <summary>The entries of a table's rows that belong to one field.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Unit">The unit of its values.</param>
/// <param name="Grid">What it lies on; nothing where the places of the entries are not known.</param>
/// <param name="Columns">The place of each entry in a row. [place]</param>
/// <param name="Places">The site of the grid that each lies at; -1 where that is not known. [place]</param>
/// <param name="Names">What each is called, where entries have names. [place]</param>
internal sealed record ExportedField(
    string Name, string Unit, Grid? Grid, IReadOnlyList<int> Columns, IReadOnlyList<int> Places, IReadOnlyList<string>? Names)
{
    /// <summary>Whether the entries are the whole grid, in its order.</summary>
    public bool IsWhole { get; } = Grid is not null && Places.Count == Grid.Size && Places.Index().All(p => p.Index == p.Item);

    /// <summary>Where the entries lie, where that is not at sites of the grid. [column]</summary>
    public SitePositions? Positions { get; init; }

    /// <summary>The names of the coordinates of places that say more than their number.</summary>
    public IReadOnlyList<string> Axes => Positions is { Dimensions: var count } ? [.. new[] { "x", "y" }.Take(count)] : Grid is null ? [] : SpaceAxes.Of(Grid);

    /// <summary>The coordinates of the places: those that positions were given in, or the grid's.</summary>
    /// <param name="axis">The axis among <see cref="Axes"/>.</param>
    /// <returns>[place]</returns>
    public double[] Along(int axis) => Positions is { } positions
        ? [.. Columns.Select(column => positions.Given(column, axis))] : [.. Places.Select(place => Grid!.Coordinates(place)[axis])];
}
