using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>A panel an entry or parameter, all on one axis.</summary>
internal static class SeriesFigure
{
    private const int PanelHeight = 200;
    private const float AxisWidth = 75;

    /// <summary>Makes the figure.</summary>
    /// <param name="name">Its short name.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="source">Of what.</param>
    /// <param name="x">The label of the x-axis.</param>
    /// <param name="panels">The panels.</param>
    /// <param name="columns">How many stand beside each other.</param>
    /// <param name="axis">Gives a plot its x-axis; <see langword="null"/> for numbers.</param>
    public static Figure Of(
        string name, string title, FigureSource source, string x, IReadOnlyList<SeriesPanel> panels, int columns, Action<Plot>? axis = null)
    {
        foreach (var panel in panels)
        {
            CurvesFigure.Require(panel.Curves, panel.Title);
        }

        var rows = (panels.Count + columns - 1) / columns;
        var description = string.Join(" ", panels.Select(p => CurvesFigure.Describe(p.Title, p.Curves)));
        return new(name, title, source, description, Table(x, panels), [.. panels.Select<SeriesPanel, Func<Theme, Plot>>(Drawn)])
        {
            Columns = columns,
            Size = new(900, Math.Min(60 + (Math.Max(rows, rows == 1 ? 2 : 1) * PanelHeight), FigureSize.MostHeight)),
        };

        Func<Theme, Plot> Drawn(SeriesPanel panel, int i) => theme =>
        {
            var plot = FigureStyle.New(panels.Count > 1 || panel.Title != title ? panel.Title : "", "", Labels.WithUnit(panel.Title, panel.Unit));
            Curves.Draw(plot, theme, panel.Curves);
            plot.Axes.Left.MinimumSize = AxisWidth; // the panels' axes stand below each other
            axis?.Invoke(plot);
            FigureStyle.LabelBelow(plot, x, isLast: i + columns >= panels.Count);
            return plot;
        };
    }

    private static FigureTable Table(string x, IReadOnlyList<SeriesPanel> panels) => CurvesFigure.Table(
        x, [.. panels.SelectMany(p => p.Curves.Select(c => c with { Label = $"{Labels.WithUnit(p.Title, p.Unit)}, {c.Label}" }))]);
}
