using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>Draws curves with bands and gaps into a plot.</summary>
internal static class Curves
{
    private const float LineWidth = 2;
    private const float PointSize = 6;
    private const double BandOpacity = 0.25;

    /// <summary>Draws them, those to compare with first.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="theme">Its colours.</param>
    /// <param name="curves">The curves.</param>
    public static void Draw(Plot plot, Theme theme, IReadOnlyList<Curve> curves)
    {
        for (var i = 0; i < curves.Count; i++)
        {
            Draw(plot, theme, curves[i], i);
        }
    }

    /// <summary>Lets a plot's y-axis be logarithmic; its curves hold logarithms.</summary>
    /// <param name="plot">The plot.</param>
    public static void UseDecades(Plot plot)
    {
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            MinorTickGenerator = new ScottPlot.TickGenerators.LogMinorTickGenerator(),
            IntegerTicksOnly = true,
            LabelFormatter = x => Math.Pow(10, x).ToString("G3", System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    private static void Draw(Plot plot, Theme theme, Curve curve, int index)
    {
        var color = curve.Quantity is { } quantity ? theme.Of(quantity) : theme.Series(curve.Series ?? index);
        var isLabelled = false;
        foreach (var (start, end) in Runs(curve.Y))
        {
            var (x, y) = (curve.X.Skip(start).Take(end - start).ToArray(), curve.Y.Skip(start).Take(end - start).ToArray());
            Band(plot, curve, color, start, x, y);
            var line = plot.Add.Scatter(x, y, color);
            line.LineWidth = curve.IsPoints ? 0 : curve.IsReference ? LineWidth * 0.75f : LineWidth;
            line.LinePattern = PatternOf(curve, index, theme);
            line.MarkerSize = curve.IsPoints ? PointSize : y.Length == 1 ? PointSize : 0;
            line.LegendText = isLabelled ? "" : curve.Label;
            isLabelled = true;
        }
    }

    private static LinePattern PatternOf(Curve curve, int index, Theme theme) => curve.IsReference ? theme.Reference(curve.Quantity)
        : curve.Quantity is null && curve.Series is null ? theme.Pattern(index)
        : LinePattern.Solid;

    private static void Band(Plot plot, Curve curve, Color color, int start, double[] x, double[] y)
    {
        if (curve.Deviation is not { } deviation)
        {
            return;
        }

        var half = Enumerable.Range(start, x.Length).Select(i => double.IsFinite(deviation[i]) ? deviation[i] : 0).ToArray();
        if (x.Length == 1 || curve.IsPoints)
        {
            var bars = plot.Add.ErrorBar(x, y, half);
            bars.Color = color;
            return;
        }

        var band = plot.Add.FillY(x, [.. y.Zip(half, (value, d) => value - d)], [.. y.Zip(half, (value, d) => value + d)]);
        band.FillColor = color.WithAlpha(BandOpacity);
        band.LineWidth = 0;
    }

    // Where values are missing a line would say what nobody knows.
    private static IEnumerable<(int Start, int End)> Runs(IReadOnlyList<double> values)
    {
        for (var start = 0; start < values.Count; start++)
        {
            if (!double.IsFinite(values[start]))
            {
                continue;
            }

            var end = start + 1;
            while (end < values.Count && double.IsFinite(values[end]))
            {
                end++;
            }

            yield return (start, end);
            start = end;
        }
    }
}
