using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>Fields of two dimensions as maps beside each other.</summary>
internal static class MapFigure
{
    private const int MostColumns = 3;

    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="unit">Its unit; 1 where it has none.</param>
    /// <param name="panels">The maps.</param>
    /// <param name="columns">The number of maps in a row.</param>
    public static Figure Of(FigureSource source, string field, string unit, IReadOnlyList<MapPanel> panels, int? columns) =>
        Of(source, new(field, unit), panels, panels, columns);

    /// <summary>Makes a figure that moves; where it cannot, the last of its times is shown.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="unit">Its unit; 1 where it has none.</param>
    /// <param name="times">The maps of each time.</param>
    /// <param name="columns">The number of maps in a row.</param>
    /// <exception cref="ArgumentException">No time, or another number of maps at some.</exception>
    public static Figure Moving(FigureSource source, string field, string unit, IReadOnlyList<IReadOnlyList<MapPanel>> times, int? columns)
    {
        if (times.Count == 0 || times.Any(t => t.Count != times[0].Count))
        {
            throw new ArgumentException("Expected times, and as many maps at each.", nameof(times));
        }

        var own = new MapField(field, unit);
        MapPanel[] all = [.. times.SelectMany(t => t)];
        var last = Of(source, own, times[^1], all, columns);
        return new("moving-map", $"{last.Title} as it moves", source, MapNumbers.Words(all, own), MapNumbers.Table(all, own), Draws(times[^1], all, own))
        {
            Columns = last.Columns, Size = last.Size, Frames = [.. times.Select(panels => Of(source, own, panels, all, columns))],
        };
    }

    private static Figure Of(FigureSource source, MapField field, IReadOnlyList<MapPanel> panels, IReadOnlyList<MapPanel> all, int? columns)
    {
        var across = Math.Min(columns ?? MostColumns, panels.Count);
        var down = (panels.Count + across - 1) / across;
        var title = $"{string.Join(", ", panels.Select(p => FieldOf(p, field)).Distinct().Select(f => Labels.WithUnit(f.Name, f.Unit)))} on its grid";
        return new("map", title, source, MapNumbers.Words(panels, field), MapNumbers.Table(panels, field), Draws(panels, all, field))
        {
            Columns = across,
            Size = MapPlot.SizeOf(panels, across, down),
        };
    }

    // In the ranges of all that is shown of a field, here or at another time.
    private static Func<Theme, Plot>[] Draws(IReadOnlyList<MapPanel> panels, IReadOnlyList<MapPanel> all, MapField field)
    {
        var ranges = all.GroupBy(p => FieldOf(p, field)).ToDictionary(
            g => g.Key,
            g => (States: Range.Of(Of(g, q => q is not (Quantity.Error or Quantity.Spread))), Errors: Range.Of(Of(g, q => q == Quantity.Error)).Centred,
                Spreads: Range.Of(Of(g, q => q == Quantity.Spread)).FromZero));
        return [.. panels.Select<MapPanel, Func<Theme, Plot>>(p => theme => Draw(p, theme))];

        Plot Draw(MapPanel panel, Theme theme)
        {
            var of = FieldOf(panel, field);
            var (states, errors, spreads) = ranges[of];
            var range = panel.Quantity switch { Quantity.Error => errors, Quantity.Spread => spreads, _ => states };
            return MapPlot.Of(panel, range, of.Unit is "1" ? "" : of.Unit, theme);
        }
    }

    private static MapField FieldOf(MapPanel panel, MapField own) => panel.Field ?? own;

    private static IEnumerable<double> Of(IEnumerable<MapPanel> panels, Func<Quantity, bool> which) =>
        panels.Where(p => which(p.Quantity)).SelectMany(MapNumbers.Of);
}
