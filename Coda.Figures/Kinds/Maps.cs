using Coda.Figures.Drawing;
using ScottPlot;
using ScottPlot.Plottables;

namespace Coda.Figures.Kinds;

/// <summary>Draws values as colours.</summary>
internal static class Maps
{
    private const float BarSpace = 95;

    /// <summary>Adds a map.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="values">By row from above and column; NaN where there is none.</param>
    /// <param name="quantity">What they are: errors take colours that are centred at zero.</param>
    /// <param name="range">The values at the ends of the colours.</param>
    /// <param name="theme">The plot's colours.</param>
    /// <param name="isShown">Whether its cells are; else it stands for the colours alone.</param>
    public static Heatmap Add(Plot plot, double[,] values, Quantity quantity, Range range, Theme theme, bool isShown = true)
    {
        values = Doubled(values);
        var isEmpty = !values.Cast<double>().Any(double.IsFinite);
        var map = plot.Add.Heatmap(isEmpty ? new double[values.GetLength(0), values.GetLength(1)] : values); // which draws nothing of nothing
        map.Colormap = quantity switch
        {
            _ when isEmpty && isShown => new ScottPlot.Colormaps.CustomPalette([theme.Gap, theme.Gap]),
            Quantity.Error => new ScottPlot.Colormaps.Balance(),
            Quantity.Spread => new ScottPlot.Colormaps.Inferno(),
            _ => new ScottPlot.Colormaps.Viridis(),
        };
        map.ManualRange = new(range.Least, range.Greatest);
        map.NaNCellColor = theme.Gap;
        (map.Smooth, map.IsVisible) = (false, isShown);
        return map;
    }

    /// <summary>Where the middles of a map's first and last cells stand along an axis. A single cell is drawn as two, which together are as wide as it
    /// is.</summary>
    /// <param name="first">Where the first value stands.</param>
    /// <param name="last">Where the last one does.</param>
    /// <param name="width">The width of a single cell.</param>
    public static (double First, double Last) Ends(double first, double last, double width) =>
        last > first ? (first, last) : (first - (width / 4), first + (width / 4));

    /// <summary>Adds the bar that tells what its colours mean.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="map">Its map.</param>
    /// <param name="label">The unit; empty without one.</param>
    /// <param name="theme">The plot's colours.</param>
    public static void AddColorBar(Plot plot, Heatmap map, string label, Theme theme)
    {
        var bar = plot.Add.ColorBar(map);
        bar.Label = label;
        bar.LabelStyle.FontSize = 14;
        bar.LabelStyle.ForeColor = theme.Ink;
        bar.LabelStyle.Bold = false;
        (bar.Width, bar.MinimumSize, bar.MaximumSize) = (18, BarSpace, BarSpace); // maps below each other are as wide as each other
        bar.Axis.TickLabelStyle.FontSize = 13;
        bar.Axis.TickLabelStyle.ForeColor = theme.Ink;
        bar.Axis.FrameLineStyle.Color = theme.Ink;
        bar.Axis.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TargetTickCount = 5 };
    }

    // Of one row or column the width is not known to what draws it: it would draw nothing.
    private static double[,] Doubled(double[,] values)
    {
        var (rows, columns) = (values.GetLength(0), values.GetLength(1));
        if (rows > 1 && columns > 1)
        {
            return values;
        }

        var doubled = new double[Math.Max(2, rows), Math.Max(2, columns)];
        for (var row = 0; row < doubled.GetLength(0); row++)
        {
            for (var column = 0; column < doubled.GetLength(1); column++)
            {
                doubled[row, column] = values[Math.Min(row, rows - 1), Math.Min(column, columns - 1)];
            }
        }

        return doubled;
    }

    /// <summary>Values by time and site as rows of sites, the first site below, and columns of times.</summary>
    /// <param name="values">By time and site.</param>
    public static double[,] Upright(double[,] values)
    {
        var (times, sites) = (values.GetLength(0), values.GetLength(1));
        var turned = new double[sites, times];
        for (var time = 0; time < times; time++)
        {
            for (var site = 0; site < sites; site++)
            {
                turned[sites - 1 - site, time] = values[time, site];
            }
        }

        return turned;
    }

    /// <summary>Rows from above of rows from below.</summary>
    /// <param name="values">By row from below and column.</param>
    public static double[,] Flipped(double[,] values)
    {
        var (rows, columns) = (values.GetLength(0), values.GetLength(1));
        var flipped = new double[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                flipped[rows - 1 - row, column] = values[row, column];
            }
        }

        return flipped;
    }
}
