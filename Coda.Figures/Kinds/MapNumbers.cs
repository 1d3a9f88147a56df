using Coda.Figures.Drawing;
using Coda.Figures.Inputs;

namespace Coda.Figures.Kinds;

/// <summary>The numbers behind maps.</summary>
internal static class MapNumbers
{
    /// <summary>What a map shows: its points where it has some, else its cells.</summary>
    /// <param name="panel">The map.</param>
    public static IEnumerable<double> Of(MapPanel panel) => panel.Points.Count > 0 ? panel.Points.Select(p => p.Value) : panel.Values.Cast<double>();

    /// <summary>What there is to be seen.</summary>
    /// <param name="panels">The maps.</param>
    /// <param name="own">The figure's field.</param>
    public static string Words(IReadOnlyList<MapPanel> panels, MapField own) =>
        $"{string.Join("; ", panels.Select(p => Words(p, own)))}.{Edges(panels)}";

    /// <summary>A row a map.</summary>
    /// <param name="panels">The maps.</param>
    /// <param name="own">The figure's field.</param>
    public static FigureTable Table(IReadOnlyList<MapPanel> panels, MapField own) => new(
        ["map", "least", "mean", "greatest", "cells without a value", "points"],
        [.. panels.Select(p => Row(p, own))]);

    private static string Words(MapPanel panel, MapField own)
    {
        var finite = Of(panel).Where(double.IsFinite).ToArray();
        var points = panel.Points.Count > 0 ? FormattableString.Invariant($" at {panel.Points.Count} points") : "";
        return finite.Length == 0 ? $"{Name(panel, own)}: no values"
            : FormattableString.Invariant($"{Name(panel, own)}: {finite.Min():G4} to {finite.Max():G4}{points}");
    }

    private static string Edges(IReadOnlyList<MapPanel> panels) => panels.Any(p => p.Frame is { } f && (f.IsPeriodicX || f.IsPeriodicY))
        ? " What leaves through a dashed edge enters through the one across." : "";

    private static string Name(MapPanel panel, MapField own) => panel.Field is { } field && field != own ? $"{field.Name}: {panel.Title}" : panel.Title;

    private static IReadOnlyList<object?> Row(MapPanel panel, MapField own)
    {
        var (all, name) = (Of(panel).ToArray(), Name(panel, own));
        var finite = all.Where(double.IsFinite).ToArray();
        object? gaps = panel.Points.Count > 0 ? null : all.Length - finite.Length;
        object? points = panel.Points.Count > 0 ? panel.Points.Count : null;
        return finite.Length == 0 ? [name, null, null, null, gaps, points] : [name, finite.Min(), finite.Average(), finite.Max(), gaps, points];
    }
}
