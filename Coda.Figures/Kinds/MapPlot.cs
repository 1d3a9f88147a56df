using System.Globalization;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>One map, its cells as wide as they are high where its figure has its own size.</summary>
internal static class MapPlot
{
    private const int Left = 62;
    private const int Right = 96;
    private const int Above = 34;
    private const int Below = 52;
    private const int MapWidth = 170;
    private const int MostMapHeight = 340;
    private const int Around = 60; // the figure's title and source
    private const int Shades = 48;
    private const float PointSize = 5;

    /// <summary>How large a figure is whose maps keep the grid's shape.</summary>
    /// <param name="panels">The maps.</param>
    /// <param name="columns">Of them in a row.</param>
    /// <param name="rows">The number of rows.</param>
    public static FigureSize SizeOf(IReadOnlyList<MapPanel> panels, int columns, int rows)
    {
        var height = (int)Math.Clamp(panels.Max(p => MapWidth / Ratio(FrameOf(p), p.Values)), MapWidth / 4, MostMapHeight);
        return new(
            Math.Max(450, columns * (Left + MapWidth + Right)), Math.Min(FigureSize.MostHeight, Around + ((Above + height + Below) * rows)));
    }

    /// <summary>Draws it.</summary>
    /// <param name="panel">The map.</param>
    /// <param name="range">The values at the ends of its colours.</param>
    /// <param name="unit">The values' unit; empty without one.</param>
    /// <param name="theme">The colours.</param>
    public static Plot Of(MapPanel panel, Range range, string unit, Theme theme)
    {
        var frame = FrameOf(panel);
        var plot = FigureStyle.New(panel.Title, frame.XLabel, frame.YLabel);
        var map = Maps.Add(plot, Maps.Flipped(panel.Values), panel.Quantity, range, theme, isShown: panel.Points.Count == 0);
        var (x, y) = (Maps.Ends(frame.X.First, frame.X.Last, 1), Maps.Ends(frame.Y.First, frame.Y.Last, 1));
        map.Extent = new(x.First, x.Last, y.First, y.Last);
        var (halfX, halfY) = (Half(frame.X, panel.Values.GetLength(1)), Half(frame.Y, panel.Values.GetLength(0)));
        var edges = new CoordinateRect(frame.X.First - halfX, frame.X.Last + halfX, frame.Y.First - halfY, frame.Y.Last + halfY);
        if (panel.Points.Count > 0)
        {
            Draw(plot, panel.Points, map.Colormap, range, edges, theme);
        }

        Maps.AddColorBar(plot, map, unit, theme);
        plot.Axes.SetLimits(edges.Left, edges.Right, edges.Bottom, edges.Top);
        plot.Axes.SquareUnits();
        plot.Layout.Fixed(new PixelPadding(Left, Right, Below, Above));
        plot.Axes.Left.TickGenerator = Ticks(frame.YScale, edges.Bottom, edges.Top);
        plot.Axes.Bottom.TickGenerator = Ticks(frame.XScale, edges.Left, edges.Right);
        foreach (var axis in plot.Axes.GetAxes())
        {
            var isPeriodic = axis.Edge is Edge.Left or Edge.Right ? frame.IsPeriodicX : frame.IsPeriodicY;
            axis.FrameLineStyle.Pattern = isPeriodic ? theme.Reference(null) : LinePattern.Solid;
        }

        return plot;
    }

    private static MapFrame FrameOf(MapPanel panel) => panel.Frame ?? MapFrame.Of(panel.Values);

    // A grid of one column has cells as wide as high.
    private static double Half((double First, double Last) ends, int cells) => cells > 1 ? (ends.Last - ends.First) / (cells - 1) / 2 : 0.5;

    private static double Ratio(MapFrame frame, double[,] values) =>
        (frame.X.Last - frame.X.First + (2 * Half(frame.X, values.GetLength(1)))) / (frame.Y.Last - frame.Y.First + (2 * Half(frame.Y, values.GetLength(0))));

    // Old ones first, small; those of a shade together, for thousands of markers of their own would be slow.
    private static void Draw(Plot plot, IReadOnlyList<MapPoint> points, IColormap colors, Range range, CoordinateRect edges, Theme theme)
    {
        var ground = plot.Add.Rectangle(edges);
        (ground.FillColor, ground.LineWidth) = (theme.Gap, 0);
        foreach (var group in points.Where(p => double.IsFinite(p.Value)).GroupBy(p => (p.Age, Shade: Shade(p.Value, range))).OrderByDescending(g => g.Key.Age))
        {
            var markers = plot.Add.Markers(group.Select(p => new Coordinates(p.X, p.Y)).ToArray());
            markers.Color = colors.GetColor(group.Key.Shade / (Shades - 1.0));
            markers.MarkerSize = Math.Max(2, PointSize - group.Key.Age);
            markers.MarkerShape = MarkerShape.FilledSquare;
        }
    }

    private static int Shade(double value, Range range) =>
        (int)Math.Clamp(Math.Round((Shades - 1) * (value - range.Least) / (range.Greatest - range.Least)), 0, Shades - 1);

    private static ITickGenerator Ticks((double Zero, double One)? scale, double least, double greatest)
    {
        if (scale is not { } of || of.One == of.Zero)
        {
            return new ScottPlot.TickGenerators.NumericAutomatic { TargetTickCount = 5 };
        }

        // Round numbers of the coordinate that is told, at the places where it has them.
        var unit = of.One - of.Zero;
        var (first, last) = (of.Zero + (least * unit), of.Zero + (greatest * unit));
        var spacing = Round(Math.Abs(last - first) / 4);
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (var number = Math.Ceiling(Math.Min(first, last) / spacing); number * spacing <= Math.Max(first, last); number++)
        {
            ticks.AddMajor(((number * spacing) - of.Zero) / unit, ((number * spacing) + 0.0).ToString("G5", CultureInfo.InvariantCulture));
        }

        return ticks;
    }

    // Few digits; 3 and 6 divide a circle.
    private static double Round(double length)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(length)));
        return new[] { 1, 2, 3, 5, 6, 10 }.Select(digit => digit * power).First(spacing => spacing >= length * (1 - 1e-9));
    }
}
