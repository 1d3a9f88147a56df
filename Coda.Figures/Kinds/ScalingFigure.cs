using System.Globalization;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>What operations cost against size, both in powers of ten: a panel an operation.</summary>
internal static class ScalingFigure
{
    private const int PanelWidth = 390;
    private const int PanelHeight = 250;
    private const int MostColumns = 4;
    private const int Margins = 110; // heading, legend, source
    private const double Empty = 0.06; // of a range, at each end
    private const int MostTicks = 6;

    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="size">What rises.</param>
    /// <param name="cost">What is paid, with its unit.</param>
    /// <param name="panels">The operations.</param>
    /// <exception cref="ArgumentException">No operation, one of unequal lengths or fewer than two sizes, or a number that is not greater than 0.</exception>
    public static Figure Of(FigureSource source, string title, string size, string cost, IReadOnlyList<ScalingPanel> panels)
    {
        if (panels.Count == 0 || panels.Any(p => p.Sizes.Count < 2 || p.Sizes.Count != p.Costs.Count || p.Sizes.Concat(p.Costs).Any(x => !(x > 0))))
        {
            throw new ArgumentException($"{title}: expected a cost greater than 0 at each of two sizes or more.", nameof(panels));
        }

        var columns = Math.Min(MostColumns, panels.Count);
        var rows = (panels.Count + columns - 1) / columns;
        return new(
            "scaling",
            title,
            source,
            string.Join("; ", panels.Select(Describe)) + ".",
            new(["operation", size, cost], [.. panels.SelectMany(p => p.Sizes.Zip(p.Costs, (s, c) => (IReadOnlyList<object?>)[p.Title, s, c]))]),
            [.. panels.Select(p => (Func<Theme, Plot>)(theme => Draw(theme, p, size, cost)))])
        {
            Columns = columns,
            Size = new(Math.Max(600, columns * PanelWidth), Margins + (rows * PanelHeight)),
        };
    }

    private static Plot Draw(Theme theme, ScalingPanel panel, string size, string cost)
    {
        var plot = FigureStyle.New(panel.Title, size, cost);
        var (x, y) = (panel.Sizes.Select(Math.Log10).ToArray(), panel.Costs.Select(Math.Log10).ToArray());
        double[] may = [.. x.Select(at => y[0] + (panel.Exponent * (at - x[0])))];
        Curves.Draw(plot, theme, [new Curve("may grow so", x, may) { IsReference = true, Series = 1 }, new Curve("", x, y) { Series = 0 }]);
        Curves.Draw(plot, theme, [new Curve("measured", x, y) { Series = 0, IsPoints = true }]);
        var (across, up) = (Range.Of(x), Range.Of(y.Concat(may)));
        plot.Axes.SetLimits(Low(across), High(across), Low(up), High(up));
        SetTicks(plot.Axes.Bottom, across);
        SetTicks(plot.Axes.Left, up);
        return plot;
    }

    private static double Low(Range range) => range.Least - (Empty * (range.Greatest - range.Least));

    private static double High(Range range) => range.Greatest + (Empty * (range.Greatest - range.Least));

    // 1, 2, 5, 10, 20 and so on, or powers of ten alone where there were too many.
    private static void SetTicks(IAxis axis, Range range)
    {
        double[] Of(params int[] digits) =>
        [
            .. from decade in Enumerable.Range((int)Math.Floor(Low(range)), (int)(High(range) - Low(range)) + 3)
               from digit in digits
               let place = decade + Math.Log10(digit)
               where place >= Low(range) && place <= High(range)
               select place,
        ];

        var places = Of(1, 2, 5) is { Length: <= MostTicks } few ? few : Of(1);
        axis.SetTicks(places, [.. places.Select(place => Math.Pow(10, place).ToString("G4", CultureInfo.InvariantCulture))]);
    }

    private static string Describe(ScalingPanel panel) => FormattableString.Invariant(
        $"{panel.Title}, from {panel.Costs[0]:G4} at {panel.Sizes[0]:G6} to {panel.Costs[^1]:G4} at {panel.Sizes[^1]:G6}");
}
