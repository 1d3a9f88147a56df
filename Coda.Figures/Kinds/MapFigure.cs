using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>Fields of two dimensions as maps beside each other.</summary>
internal static class MapFigure
{
    private const int MostColumns = 3;
    private const int PanelHeight = 290;

    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="unit">Its unit; 1 where it has none.</param>
    /// <param name="panels">The maps.</param>
    public static Figure Of(FigureSource source, string field, string unit, IReadOnlyList<MapPanel> panels) => Of(source, field, unit, panels, panels);

    /// <summary>Makes a figure that moves; where it cannot, the last of its times is shown.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="unit">Its unit; 1 where it has none.</param>
    /// <param name="times">The maps of each time.</param>
    /// <exception cref="ArgumentException">No time, or another number of maps at some.</exception>
    public static Figure Moving(FigureSource source, string field, string unit, IReadOnlyList<IReadOnlyList<MapPanel>> times)
    {
        if (times.Count == 0 || times.Any(t => t.Count != times[0].Count))
        {
            throw new ArgumentException("Expected times, and as many maps at each.", nameof(times));
        }

        MapPanel[] all = [.. times.SelectMany(t => t)];
        var last = Of(source, field, unit, times[^1], all);
        var words = string.Join("; ", all.Select(Words)) + ".";
        return new("moving-map", $"{last.Title} as it moves", source, words, Table(all), Draws(times[^1], all, unit))
        {
            Columns = last.Columns, Size = last.Size, Frames = [.. times.Select(panels => Of(source, field, unit, panels, all))],
        };
    }

    private static Figure Of(FigureSource source, string field, string unit, IReadOnlyList<MapPanel> panels, IReadOnlyList<MapPanel> all)
    {
        var rows = (panels.Count + MostColumns - 1) / MostColumns;
        var (title, words) = ($"{Labels.WithUnit(field, unit)} on its grid", string.Join("; ", panels.Select(Words)) + ".");
        return new("map", title, source, words, Table(panels), Draws(panels, all, unit))
        {
            Columns = Math.Min(MostColumns, panels.Count),
            Size = new(900, 60 + (PanelHeight * rows)),
        };
    }

    // In the ranges of all that is shown, here or at another time.
    private static Func<Theme, Plot>[] Draws(IReadOnlyList<MapPanel> panels, IReadOnlyList<MapPanel> all, string unit)
    {
        var states = Range.Of(Of(all, q => q is not (Quantity.Error or Quantity.Spread)));
        var errors = Range.Of(Of(all, q => q == Quantity.Error)).Centred;
        var spreads = Range.Of(Of(all, q => q == Quantity.Spread)).FromZero;
        return [.. panels.Select<MapPanel, Func<Theme, Plot>>(p => theme => Draw(p, theme))];

        Plot Draw(MapPanel panel, Theme theme)
        {
            var plot = FigureStyle.New(panel.Title, "x", "y");
            var range = panel.Quantity switch { Quantity.Error => errors, Quantity.Spread => spreads, _ => states };
            var map = Maps.Add(plot, Maps.Flipped(panel.Values), panel.Quantity, range, theme);
            var (columns, rows) = (Maps.Ends(0, panel.Values.GetLength(1) - 1, 1), Maps.Ends(0, panel.Values.GetLength(0) - 1, 1));
            map.Extent = new(columns.First, columns.Last, rows.First, rows.Last);
            Maps.AddColorBar(plot, map, unit is "1" ? "" : unit, theme);
            plot.Axes.Margins(0, 0);
            return plot;
        }
    }

    private static IEnumerable<double> Of(IReadOnlyList<MapPanel> panels, Func<Quantity, bool> which) =>
        panels.Where(p => which(p.Quantity)).SelectMany(p => p.Values.Cast<double>());

    private static string Words(MapPanel panel)
    {
        var finite = panel.Values.Cast<double>().Where(double.IsFinite).ToArray();
        return finite.Length == 0 ? $"{panel.Title}: no values" : FormattableString.Invariant($"{panel.Title}: {finite.Min():G4} to {finite.Max():G4}");
    }

    private static FigureTable Table(IReadOnlyList<MapPanel> panels) => new(
        ["map", "least", "mean", "greatest", "cells without a value"],
        [.. panels.Select(Row)]);

    private static IReadOnlyList<object?> Row(MapPanel panel)
    {
        var finite = panel.Values.Cast<double>().Where(double.IsFinite).ToArray();
        var gaps = panel.Values.Length - finite.Length;
        return finite.Length == 0 ? [panel.Title, null, null, null, gaps] : [panel.Title, finite.Min(), finite.Average(), finite.Max(), gaps];
    }
}
