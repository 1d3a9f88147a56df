using System.Globalization;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>Spectra over wavelengths, long waves on the left.</summary>
internal static class SpectraFigure
{
    private const string Wavelength = "wavelength (grid lengths)";
    private const double MostDecades = 8; // below, there is but rounding

    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="unit">The unit of the field's values; 1 where there is none.</param>
    /// <param name="curves">The spectra over wavenumbers.</param>
    /// <param name="scales">The wavelengths that are marked.</param>
    /// <exception cref="ArgumentException">No spectrum, or a wavenumber or marked wavelength that is not greater than 0.</exception>
    public static Figure Of(FigureSource source, string unit, IReadOnlyList<Curve> curves, IReadOnlyList<ScaleMark> scales)
    {
        const string title = "Power by wavelength";
        CurvesFigure.Require(curves, title);
        foreach (var place in curves.SelectMany(c => c.X).Concat(scales.Select(s => s.Wavelength)).Where(place => !(place > 0)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{title}: expected wavenumbers and wavelengths greater than 0, got {place}."), nameof(curves));
        }

        var power = unit is "1" or "" ? "power (grid lengths)" : $"power ({unit}² grid lengths)";
        List<Curve> drawn = [.. curves.Select(c => c with { X = [.. c.X.Select(Math.Log10)], Y = [.. c.Y.Select(y => y > 0 ? Math.Log10(y) : double.NaN)] })];
        var words = CurvesFigure.Describe(power, curves)
            + string.Concat(scales.Select(s => FormattableString.Invariant($" {s.Label}: {s.Wavelength:G4} grid lengths.")));
        var numbers = CurvesFigure.Table(Wavelength, [.. curves.Select(c => c with { X = [.. c.X.Select(x => 1 / x)] })]);
        return new("spectra", title, source, words, numbers, [Draw]);

        Plot Draw(Theme theme)
        {
            var plot = FigureStyle.New("", Wavelength, power);
            Curves.Draw(plot, theme, drawn);
            Curves.UseDecades(plot);
            foreach (var scale in scales)
            {
                var color = scale.Quantity is { } quantity ? theme.Of(quantity) : theme.Series(scale.Series);
                var line = plot.Add.VerticalLine(-Math.Log10(scale.Wavelength), 1.5f, color, theme.Reference(Quantity.Persistence));
                line.LegendText = FormattableString.Invariant($"{scale.Label} ({scale.Wavelength:G3})");
            }

            var places = Range.Of(drawn.SelectMany(c => c.X).Concat(scales.Select(s => -Math.Log10(s.Wavelength))));
            var powers = Range.Of(drawn.SelectMany(c => c.Y));
            var margin = 0.02 * (places.Greatest - places.Least);
            plot.Axes.SetLimits(
                places.Least - margin, places.Greatest + margin, Math.Max(powers.Least, powers.Greatest - MostDecades) - 0.2, powers.Greatest + 0.3);
            SetTicks(plot, places);
            return plot;
        }
    }

    // 1, 2, 5, 10, 20, 50 and so on.
    private static void SetTicks(Plot plot, Range places)
    {
        double[] wavelengths =
        [
            .. from decade in Enumerable.Range(-3, 12) from digit in new[] { 1, 2, 5 } select digit * Math.Pow(10, decade),
        ];
        double[] shown = [.. wavelengths.Where(w => -Math.Log10(w) >= places.Least - 1e-9 && -Math.Log10(w) <= places.Greatest + 1e-9)];
        plot.Axes.Bottom.SetTicks([.. shown.Select(w => -Math.Log10(w))], [.. shown.Select(w => w.ToString("G4", CultureInfo.InvariantCulture))]);
    }
}
