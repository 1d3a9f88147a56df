using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Data.Archives.Import;

/// <summary>The positions of an import's rows, numbered as they come; when all are known, each is a site of a field, by rows of the grid.</summary>
/// <param name="options">The columns, the fields and the ranges of the axes.</param>
internal sealed class PositionSites(ImportOptions options)
{
    private const int Most = 1 << 24;

    private readonly Dictionary<(double X, double Y, int Field), int> _ids = []; // by place on the grid
    private readonly List<(double X, double Y, int Field)> _places = [];
    private readonly List<(double X, double Y)> _given = [];
    private readonly IReadOnlyList<string> _fields = FieldsOf(options);
    private readonly PositionAxis[][] _axes = options.XColumn is null ? []
        : [.. FieldsOf(options).Select(name => PositionAxis.Of(options.Layout!.Fields.First(f => f.Name == name).Grid, options.XRange, options.YRange))];

    /// <summary>The fields that are observed: the one that is named, those that the columns of values are called like, or the layout's only one.</summary>
    /// <param name="options">What is imported.</param>
    public static IReadOnlyList<string> FieldsOf(ImportOptions options) => options.Field is { } name ? [name]
        : options.SiteColumns ?? (options.Layout is { Fields: [var only] } ? [only.Name] : []);

    /// <summary>The number of a position; -1 where it is not on the grid.</summary>
    /// <param name="x">Along the last axis, in the user's coordinates.</param>
    /// <param name="y">Along the axis before; 0 where there is none.</param>
    /// <param name="field">Which of the fields is observed there.</param>
    /// <exception cref="InvalidDataException">There are too many.</exception>
    public int IdOf(double x, double y, int field)
    {
        var axes = _axes[field];
        var placeY = 0.0;
        if (!axes[^1].TryPlace(x, out var placeX) || (axes.Length > 1 && !axes[0].TryPlace(y, out placeY)))
        {
            return -1;
        }

        var place = (placeX, placeY, field);
        if (_ids.TryGetValue(place, out var id))
        {
            return id;
        }

        if (_places.Count == Most)
        {
            throw new InvalidDataException(
                $"{string.Join(", ", options.Files)}: expected at most {Most} different positions, got more. Round them, or import the files in parts.");
        }

        _places.Add(place);
        _given.Add((x, y));
        return _ids[place] = _places.Count - 1;
    }

    /// <summary>What was expected of a position, in words, and what may be wrong with it.</summary>
    /// <param name="x">The coordinate along the last axis.</param>
    /// <param name="y">The coordinate along the axis before.</param>
    /// <param name="field">Which of the fields is observed there.</param>
    public (string Expected, string Cure) Fault(double x, double y, int field)
    {
        var axes = _axes[field];
        var expected = axes.Length == 1 ? $"{options.XColumn} of {axes[0].Expected}"
            : $"{options.XColumn} (x) of {axes[1].Expected}, and {options.YColumn} (y) of {axes[0].Expected}";
        var isSwapped = axes.Length > 1 && axes[1].TryPlace(y, out _) && axes[0].TryPlace(x, out _);
        var isDefault = options.XRange is null || (axes.Length > 1 && options.YRange is null);
        return (expected, isSwapped ? $"The other way round it lies on the grid: take --x {options.YColumn} --y {options.XColumn}."
            : isDefault ? "Say which coordinates the grid spans with --x-range and --y-range, or leave such rows out with --reject."
            : "Correct the row or the ranges, or leave such rows out with --reject.");
    }

    /// <summary>Numbers the positions by field, row of the grid and place along it.</summary>
    /// <returns>The index of each, and the observation operator whose sites they are, in the user's own coordinates.</returns>
    public (int[] Indices, Component Operator) Number()
    {
        int[] order = [.. Enumerable.Range(0, _places.Count)];
        Array.Sort(order, (a, b) => (_places[a].Field, _places[a].Y, _places[a].X).CompareTo((_places[b].Field, _places[b].Y, _places[b].X)));
        var indices = new int[order.Length];
        foreach (var (index, id) in order.Index())
        {
            indices[id] = index;
        }

        var parts = order.GroupBy(id => _places[id].Field).Select(group => Interpolation(group.Key, [.. group.Select(id => _given[id])])).ToList();
        return (indices, parts is [var only] ? only
            : new("combination", new JsonObject { ["parts"] = JsonSerializer.SerializeToNode(parts, CodaJson.Options) }));
    }

    private Component Interpolation(int field, (double X, double Y)[] at)
    {
        double[] x = Array.ConvertAll(at, p => p.X), y = Array.ConvertAll(at, p => p.Y);
        var settings = new JsonObject
        {
            ["field"] = _fields[field],
            ["packed"] = options.YColumn is null ? PackedPositions.Write(x) : PackedPositions.Write(x, y),
        };
        foreach (var (name, range) in new[] { ("xRange", options.XRange), ("yRange", options.YRange) }.Where(r => r.Item2 is not null))
        {
            settings[name] = new JsonArray([.. range!.Select(end => (JsonNode)end)]);
        }

        return new Component("interpolation", settings);
    }
}
