using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>What methods reach against what they cost.</summary>
internal static class CostFigure
{
    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="cost">What is paid, with its unit.</param>
    /// <param name="score">What is reached, with its unit.</param>
    /// <param name="points">The methods.</param>
    /// <exception cref="ArgumentException">No method, or a cost that is not greater than 0.</exception>
    public static Figure Of(FigureSource source, string cost, string score, IReadOnlyList<CostPoint> points)
    {
        if (points.Count == 0 || points.Any(p => !(p.Cost > 0)))
        {
            throw new ArgumentException("Expected methods with costs greater than 0.", nameof(points));
        }

        return new(
            "score-against-cost",
            "Score against cost (lower left is better)",
            source,
            string.Join("; ", points.Select(p => FormattableString.Invariant($"{p.Method} {p.Score:G3} at {p.Cost:G3}"))) + ".",
            new(["method", "kind", cost, score], [.. points.Select(p => (IReadOnlyList<object?>)[p.Method, Kind(p.IsSmoother), p.Cost, p.Score])]),
            [Draw]);

        Plot Draw(Theme theme)
        {
            var plot = FigureStyle.New("", cost, score);
            foreach (var group in points.GroupBy(p => p.IsSmoother).OrderBy(g => g.Key))
            {
                var color = theme.Series(group.Key ? 0 : 1);
                var marks = plot.Add.ScatterPoints(group.Select(p => Math.Log10(p.Cost)).ToArray(), group.Select(p => p.Score).ToArray(), color);
                marks.MarkerShape = group.Key ? MarkerShape.FilledCircle : MarkerShape.FilledTriangleUp;
                (marks.MarkerSize, marks.LegendText) = (11, Kind(group.Key));
            }

            foreach (var point in points)
            {
                var text = plot.Add.Text(point.Method, Math.Log10(point.Cost), point.Score);
                (text.LabelFontSize, text.LabelFontColor, text.OffsetX, text.OffsetY) = (13, theme.Ink, 8, -8);
            }

            plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
            {
                MinorTickGenerator = new ScottPlot.TickGenerators.LogMinorTickGenerator(),
                IntegerTicksOnly = true,
                LabelFormatter = x => Math.Pow(10, x).ToString("G3", System.Globalization.CultureInfo.InvariantCulture),
            };
            plot.Axes.Margins(0.2, 0.15);
            return plot;
        }
    }

    private static string Kind(bool isSmoother) => isSmoother ? "smoother" : "filter";
}
