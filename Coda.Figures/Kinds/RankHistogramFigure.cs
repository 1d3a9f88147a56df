using Coda.Data.Scoring;
using Coda.Figures.Drawing;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>Where the truth or the observations fall in what estimates and their spreads say (<see cref="Calibration"/>).</summary>
internal static class RankHistogramFigure
{
    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="calibrations">The calibration of each estimate, by its name.</param>
    public static Figure Of(FigureSource source, IReadOnlyDictionary<string, Calibration> calibrations) => new(
        "rank-histogram",
        "Rank histogram (flat: the spread is right; U: too small; hill: too large)",
        source,
        string.Join("; ", calibrations.Select(c => Words(c.Key, c.Value))) + ".",
        Table(calibrations),
        [.. calibrations.Select<KeyValuePair<string, Calibration>, Func<Theme, Plot>>(c => theme => Draw(c.Key, c.Value, theme))])
    {
        Columns = Math.Min(3, calibrations.Count),
        Size = new(900, 60 + (280 * ((calibrations.Count + 2) / 3))),
    };

    private static Plot Draw(string name, Calibration calibration, Theme theme)
    {
        var (plot, bins) = (FigureStyle.New(name, "probability integral transform", "share"), calibration.Histogram.Count);
        var bars = plot.Add.Bars([.. Enumerable.Range(0, bins).Select(i => (i + 0.5) / bins)], calibration.Histogram);
        foreach (var bar in bars.Bars)
        {
            (bar.Size, bar.FillColor, bar.LineColor) = (0.9 / bins, theme.Of(Quantity.Spread), theme.Of(Quantity.Spread));
        }

        var flat = plot.Add.HorizontalLine(1.0 / bins);
        (flat.Color, flat.LinePattern, flat.LineWidth) = (theme.Ink, theme.Reference(null), 1.5f);
        plot.Axes.SetLimits(0, 1, 0, 1.15 * Math.Max(1.0 / bins, calibration.Histogram.Max()));
        return plot;
    }

    private static FigureTable Table(IReadOnlyDictionary<string, Calibration> calibrations)
    {
        var bins = calibrations.Values.First().Histogram.Count;
        return new(
            ["from", "to", .. calibrations.Keys.Select(name => $"share ({name})")],
            [.. Enumerable.Range(0, bins).Select(Row)]);

        IReadOnlyList<object?> Row(int i) => [(double)i / bins, (i + 1.0) / bins, .. calibrations.Values.Select(c => (object?)c.Histogram[i])];
    }

    private static string Words(string name, Calibration calibration) =>
        FormattableString.Invariant($"{name}: deviates from flat by {calibration.HistogramDeviation:G3} (0 to 1.8)");
}
