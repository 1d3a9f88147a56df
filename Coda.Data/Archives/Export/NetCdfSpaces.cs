using System.Text;
using Coda.Data.Archives.NetCdf;
using Coda.Data.Geometry;

namespace Coda.Data.Archives.Export;

/// <summary>The axes of space that a table's fields lie along, and what stands along them: one for sites, y and x for grids of two axes; none for a single
/// variable. Fields of one grid share them; a name that a field has is put after "grid_".</summary>
internal sealed class NetCdfSpaces
{
    private readonly ExportedTable _table;
    private readonly List<Space> _spaces = [];

    /// <summary>Lays them out.</summary>
    /// <param name="table">The table.</param>
    public NetCdfSpaces(ExportedTable table)
    {
        _table = table;
        var keys = table.Fields.Select(KeyOf).ToList();
        var count = keys.Where(key => key.Length > 0).Distinct().Count();
        var made = new Dictionary<string, Space>(StringComparer.Ordinal);
        foreach (var (key, field) in keys.Zip(table.Fields))
        {
            if (!made.TryGetValue(key, out var space))
            {
                space = made[key] = key.Length == 0 ? new([], []) : Make(field, count > 1 ? $"_{field.Name}" : "");
            }

            _spaces.Add(space);
        }
    }

    /// <summary>The axes of each field.</summary>
    public IReadOnlyList<IReadOnlyList<NetCdfDimension>> Axes => [.. _spaces.Select(space => space.Axes)];

    /// <summary>The variables that say more of a field's places than its axes do.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Labels => [.. _spaces.Select(space => space.Labels)];

    /// <summary>The variables along the axes: texts or numbers.</summary>
    public List<(string Name, IReadOnlyList<NetCdfDimension> Axes, IReadOnlyList<string>? Texts, IReadOnlyList<double>? Numbers,
        Dictionary<string, object> Attributes)> Coordinates { get; } = [];

    // What two fields share: a whole grid without names, or sites of their own.
    private static string KeyOf(ExportedField field) => field switch
    {
        { IsWhole: true, Grid.Size: 1 } => "",
        { IsWhole: true, Names: null } => field.Grid!.Component.ToString(),
        _ => $"sites of {field.Name}",
    };

    private string Name(string name) => _table.Fields.Any(field => field.Name == name) ? $"grid_{name}" : name;

    private Space Make(ExportedField field, string suffix)
    {
        if (field.IsWhole && field.Grid is RegularGrid { Shape.Count: > 1 } grid)
        {
            NetCdfDimension[] axes = [.. SpaceAxes.Of(grid).Zip(grid.Shape, (name, length) => new NetCdfDimension(Name(name + suffix), length))];
            foreach (var axis in axes)
            {
                Coordinates.Add((axis.Name, [axis], null, [.. Enumerable.Range(0, (int)axis.Length).Select(n => (double)n)],
                    Described($"place along {axis.Name}")));
            }

            return new(axes, AddNames(field, axes, suffix));
        }

        var sites = new NetCdfDimension(Name("site" + suffix), field.Columns.Count);
        var numbers = _table.IsObserved ? field.Columns : field.Places;
        Coordinates.Add((sites.Name, [sites], null, [.. numbers.Select(n => (double)n)], Described("number of the site")));
        return new([sites], [.. AddPlaces(field, sites, suffix), .. AddNames(field, [sites], suffix)]);
    }

    private static Dictionary<string, object> Described(string name) => new() { ["long_name"] = name, ["units"] = "1" };

    // Where sites lie, in the grid's units or those of positions.
    private List<string> AddPlaces(ExportedField field, NetCdfDimension sites, string suffix)
    {
        List<string> names = [];
        foreach (var (axis, name) in field.Axes.Index())
        {
            names.Add(Name(name + suffix));
            Coordinates.Add((names[^1], [sites], null, field.Along(axis), Described($"coordinate {name}")));
        }

        return names;
    }

    // Of sites without names, those that are not the whole field in order are called like the entries of the state.
    private List<string> AddNames(ExportedField field, IReadOnlyList<NetCdfDimension> axes, string suffix)
    {
        var texts = field.Names ?? (field.IsWhole || field.Grid is null ? null
            : [.. field.Places.Select(place => field.Grid.Size == 1 ? field.Name : FormattableString.Invariant($"{field.Name}[{place}]"))]);
        if (texts is null)
        {
            return [];
        }

        var name = Name("site_name" + suffix);
        var width = new NetCdfDimension($"{name}_length", Math.Max(1, texts.Max(Encoding.UTF8.GetByteCount)));
        Coordinates.Add((name, [.. axes, width], texts, null, new() { ["long_name"] = "name of the site", ["_Encoding"] = "utf-8" }));
        return [name];
    }

    private sealed record Space(IReadOnlyList<NetCdfDimension> Axes, IReadOnlyList<string> Labels);
}
