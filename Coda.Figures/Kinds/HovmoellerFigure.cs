using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>Values by time and site as colours: Hovmöller (1949), doi:10.1111/j.2153-3490.1949.tb01260.x.</summary>
internal static class HovmoellerFigure
{
    private const int PanelHeight = 190;
    private const float AxisWidth = 60;

    /// <summary>Makes the figure, a panel below the other on one axis of time.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="slice">Times and sites.</param>
    /// <param name="panels">What is shown.</param>
    public static Figure Of(FigureSource source, Slice slice, IReadOnlyList<SlicePanel> panels)
    {
        foreach (var panel in panels.Where(p => p.Values.GetLength(0) != slice.Steps.Count || p.Values.GetLength(1) == 0))
        {
            var got = FormattableString.Invariant($"{panel.Values.GetLength(0)} x {panel.Values.GetLength(1)}");
            throw new ArgumentException(
                FormattableString.Invariant($"{panel.Title}: expected values at {slice.Steps.Count} times and at least one site, got {got}."), nameof(panels));
        }

        var states = Range.Of(panels.Where(p => p.Quantity is not (Quantity.Error or Quantity.Spread)).SelectMany(Values));
        var title = $"{Labels.WithUnit(slice.Field, slice.Unit)} by time and site";
        Func<Theme, Plot>[] draws = [.. panels.Select<SlicePanel, Func<Theme, Plot>>(p => theme => Draw(p, theme))];
        return new("hovmoeller", title, source, Describe(slice, panels), Table(slice, panels), draws)
        {
            Size = new(900, 60 + (PanelHeight * panels.Count)),
        };

        Plot Draw(SlicePanel panel, Theme theme)
        {
            var isLast = ReferenceEquals(panel, panels[^1]);
            var plot = FigureStyle.New(panel.Title, "", "site");
            var map = Maps.Add(plot, Maps.Upright(panel.Values), panel.Quantity, Limits(panel), theme);
            var (start, sites) = (slice.Steps[0], panel.Values.GetLength(1));
            var times = Maps.Ends(slice.Scale.Of(start), slice.Scale.Of(slice.Steps[^1]), slice.Scale.Of(start + 1) - slice.Scale.Of(start));
            var places = Maps.Ends(slice.Sites?[0] ?? 0, slice.Sites?[^1] ?? sites - 1, 1);
            map.Extent = new(times.First, times.Last, places.First, places.Last);
            Maps.AddColorBar(plot, map, slice.Unit is "1" ? "" : slice.Unit, theme);
            slice.Scale.Apply(plot);
            FigureStyle.LabelBelow(plot, slice.Scale.Label, isLast);
            SiteTicks(plot, slice, sites);
            plot.Axes.Margins(0, 0);
            plot.Axes.Left.MinimumSize = AxisWidth;
            return plot;
        }

        Range Limits(SlicePanel panel) => panel.Quantity switch
        {
            Quantity.Error => Range.Of(Values(panel)).Centred,
            Quantity.Spread => Range.Of(Values(panel)).FromZero,
            _ => states,
        };
    }

    private static void SiteTicks(Plot plot, Slice slice, int sites)
    {
        if (slice.SiteNames is null || sites > 12)
        {
            plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true, TargetTickCount = 5 };
            return;
        }

        double[] places = [.. Enumerable.Range(0, sites).Select(i => (double)(slice.Sites?[i] ?? i))];
        plot.Axes.Left.SetTicks(places, [.. Enumerable.Range(0, sites).Select(slice.SiteAt)]);
    }

    private static IEnumerable<double> Values(SlicePanel panel) => panel.Values.Cast<double>();

    private static string Describe(Slice slice, IReadOnlyList<SlicePanel> panels) =>
        $"Panels from above: {string.Join(", ", panels.Select(Words))}. "
        + $"Times {slice.Scale.TextOf(slice.Steps[0])} to {slice.Scale.TextOf(slice.Steps[^1])}; grey is where there is no value.";

    private static string Words(SlicePanel panel)
    {
        var finite = Values(panel).Where(double.IsFinite).ToArray();
        return finite.Length == 0 ? $"{panel.Title} (no values)"
            : FormattableString.Invariant($"{panel.Title} ({finite.Min():G4} to {finite.Max():G4})");
    }

    // A map has as many numbers as cells; the table tells the least, the mean and the greatest over the sites at each time.
    private static FigureTable Table(Slice slice, IReadOnlyList<SlicePanel> panels) => new(
        [slice.Scale.Label, .. panels.SelectMany(p => new[] { $"{p.Title}, least", $"{p.Title}, mean", $"{p.Title}, greatest" })],
        [.. slice.Steps.Select((step, t) => (IReadOnlyList<object?>)[slice.Scale.TextOf(step), .. panels.SelectMany(p => Row(p, t))])]);

    private static object?[] Row(SlicePanel panel, int time)
    {
        var finite = Enumerable.Range(0, panel.Values.GetLength(1)).Select(site => panel.Values[time, site]).Where(double.IsFinite).ToArray();
        return finite.Length == 0 ? [null, null, null] : [finite.Min(), finite.Average(), finite.Max()];
    }
}
