using Coda.Data.Geometry;

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
}
