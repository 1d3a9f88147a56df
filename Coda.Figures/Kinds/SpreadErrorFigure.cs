using Coda.Data.Scoring;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>How far off estimates are where their spread is small and where it is large (<see cref="SpreadBin"/>).</summary>
internal static class SpreadErrorFigure
{
    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="unit">The values' unit; 1 where there is none.</param>
    /// <param name="calibrations">The calibration of each estimate, by its name.</param>
    /// <param name="series">The number of each estimate, whose colour it takes; their order by default.</param>
    public static Figure Of(
        FigureSource source, string unit, IReadOnlyDictionary<string, Calibration> calibrations, IReadOnlyDictionary<string, int>? series)
    {
        var curves = calibrations.Select((c, i) => Points(c.Key, c.Value, series?[c.Key] ?? i)).ToArray();
        var most = Math.Max(1e-12, Range.Of(curves.SelectMany(c => c.X.Concat(c.Y))).Greatest);
        Curve[] all = [new("spread = error", [0, most], [0, most]) { IsReference = true, Quantity = Quantity.Climatology }, .. curves];
        var (x, y) = (Labels.WithUnit("spread", unit), Labels.WithUnit("RMSE", unit));
        return new(
            "error-against-spread",
            "Error against spread (above the line: overconfident)",
            source,
            string.Join("; ", calibrations.Select(c => Words(c.Key, c.Value))) + ".",
            CurvesFigure.Table(x, curves),
            [Draw])
        {
            Size = new(700, 480),
        };

        Plot Draw(Theme theme)
        {
            var plot = FigureStyle.New("", x, y);
            Curves.Draw(plot, theme, all);
            plot.Axes.SetLimits(0, 1.05 * most, 0, 1.05 * most);
            return plot;
        }
    }

    private static Curve Points(string name, Calibration calibration, int series) => new(
        name, [.. calibration.Bins.Select(b => b.Spread)], [.. calibration.Bins.Select(b => b.RootMeanSquareError ?? double.NaN)])
    {
        IsPoints = true, Series = series,
    };

    private static string Words(string name, Calibration calibration) => calibration.Ratio is { } ratio
        ? FormattableString.Invariant($"{name}: spread {calibration.Spread:G3} over error {calibration.RootMeanSquareError:G3} is {ratio:G3}")
        : FormattableString.Invariant($"{name}: spread {calibration.Spread:G3}, the error is not resolved");
}
