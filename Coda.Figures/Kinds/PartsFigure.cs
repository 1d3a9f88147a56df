using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>The error at each site or of each field.</summary>
internal static class PartsFigure
{
    private const int MostNames = 16;

    /// <summary>Makes the figure.</summary>
    /// <param name="source">Of what.</param>
    /// <param name="part">What the parts are: field or site.</param>
    /// <param name="measure">What is measured, with its unit.</param>
    /// <param name="errors">The errors of each estimate, by its name; all of the same parts in the same order.</param>
    /// <param name="series">The number of each estimate, whose colour it takes; their order by default.</param>
    public static Figure Of(
        FigureSource source,
        string part,
        string measure,
        IReadOnlyDictionary<string, IReadOnlyList<PartError>> errors,
        IReadOnlyDictionary<string, int>? series)
    {
        var parts = errors.Values.First().Select(e => e.Part).ToArray();
        foreach (var (name, own) in errors.Where(e => !e.Value.Select(p => p.Part).SequenceEqual(parts)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{name}: expected errors of the same {parts.Length} parts as the others, got {own.Count}."), nameof(errors));
        }

        var places = Enumerable.Range(0, parts.Length).Select(i => (double)i).ToArray();
        var curves = errors.Select((e, i) => new Curve(e.Key, [.. places.Select(p => Beside(p, i, errors.Count))], [.. e.Value.Select(p => p.Value)])
        {
            Deviation = [.. e.Value.Select(p => p.Deviation)],
            IsPoints = true, Series = series?[e.Key] ?? i,
        }).ToArray();
        return new($"error-by-{part}", $"Error by {part}", source, CurvesFigure.Describe(measure, curves), Table(part, errors, parts), [Draw]);

        Plot Draw(Theme theme)
        {
            var plot = FigureStyle.New("", part, measure);
            Curves.Draw(plot, theme, curves);
            plot.Axes.SetLimitsX(-0.5, parts.Length - 0.5);
            var ends = curves.SelectMany(c => c.Y.Zip(c.Deviation!, (y, d) => double.IsFinite(d) ? y + d : y));
            plot.Axes.SetLimitsY(0, 1.1 * Math.Max(1e-12, Range.Of(ends).Greatest));
            var shown = Math.Min(parts.Length, MostNames);
            var ticks = Enumerable.Range(0, shown).Select(i => FigureTable.Chosen(i, shown, parts.Length)).ToArray();
            plot.Axes.Bottom.SetTicks([.. ticks.Select(i => (double)i)], [.. ticks.Select(i => parts[i])]);
            return plot;
        }
    }

    // Estimates of one part stand beside each other.
    private static double Beside(double place, int estimate, int count) => place + (0.1 * (estimate - ((count - 1) / 2.0)));

    private static FigureTable Table(string part, IReadOnlyDictionary<string, IReadOnlyList<PartError>> errors, string[] parts) => new(
        [part, .. errors.Keys.SelectMany(name => new[] { name, $"± ({name})" })],
        [.. parts.Select((name, i) => (IReadOnlyList<object?>)[name, .. errors.Values.SelectMany(e => new object?[] { e[i].Value, e[i].Deviation })])]);
}
