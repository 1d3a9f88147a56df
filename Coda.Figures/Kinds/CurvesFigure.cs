using Coda.Figures.Drawing;
using Coda.Figures.Inputs;
using ScottPlot;

namespace Coda.Figures.Kinds;

/// <summary>Curves over one axis.</summary>
internal static class CurvesFigure
{
    /// <summary>Makes the figure.</summary>
    /// <param name="name">Its short name.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="source">Of what.</param>
    /// <param name="x">The label of the x-axis.</param>
    /// <param name="y">The label of the y-axis.</param>
    /// <param name="curves">The curves.</param>
    /// <param name="isLogarithmic">Whether the y-axis is logarithmic; values that are not greater than 0 are gaps then.</param>
    /// <param name="finish">What else a plot gets; <see langword="null"/> for nothing.</param>
    public static Figure Of(
        string name,
        string title,
        FigureSource source,
        string x,
        string y,
        IReadOnlyList<Curve> curves,
        bool isLogarithmic = false,
        Action<Plot>? finish = null)
    {
        Require(curves, title);
        var drawn = isLogarithmic ? [.. curves.Select(Logarithm)] : curves;
        return new(name, title, source, Describe(y, curves), Table(x, curves), [Draw]);

        Plot Draw(Theme theme)
        {
            var plot = FigureStyle.New("", x, y);
            Curves.Draw(plot, theme, drawn);
            if (isLogarithmic)
            {
                Curves.UseDecades(plot);
            }

            finish?.Invoke(plot);
            return plot;
        }
    }

    /// <summary>Whether curves lie so far apart that small ones could not be read on one scale with great ones.</summary>
    /// <param name="curves">The curves.</param>
    public static bool SpanDecades(IReadOnlyList<Curve> curves)
    {
        var means = curves.Select(c => c.Y.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average()).Where(double.IsFinite).ToArray();
        return means.Length > 1 && means.Min() > 0 && means.Max() > 10 * means.Min();
    }

    /// <summary>Refuses curves that cannot be drawn.</summary>
    /// <param name="curves">The curves.</param>
    /// <param name="title">What they show.</param>
    /// <exception cref="ArgumentException">None, or one of unequal lengths.</exception>
    public static void Require(IReadOnlyList<Curve> curves, string title)
    {
        if (curves.Count == 0)
        {
            throw new ArgumentException($"{title}: expected at least one curve, got none.", nameof(curves));
        }

        foreach (var curve in curves.Where(c => c.X.Count != c.Y.Count || (c.Deviation is { } d && d.Count != c.Y.Count)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{title}, {curve.Label}: expected as many values as places, got {curve.Y.Count} at {curve.X.Count}."),
                nameof(curves));
        }
    }

    /// <summary>A row for each place, a column for each curve.</summary>
    /// <param name="x">What the places are.</param>
    /// <param name="curves">The curves.</param>
    public static FigureTable Table(string x, IReadOnlyList<Curve> curves)
    {
        var places = curves.SelectMany(c => c.X).Distinct().Order().ToArray();
        var values = curves.Select(c => Enumerable.Range(0, c.X.Count).GroupBy(i => c.X[i]).ToDictionary(g => g.Key, g => g.First())).ToArray();
        return new(
            [x, .. curves.SelectMany(c => c.Deviation is null ? new[] { c.Label } : [c.Label, $"± ({c.Label})"])],
            [.. places.Select(Row)]);

        IReadOnlyList<object?> Row(double place) => [place, .. curves.SelectMany((c, i) => Cells(c, values[i].TryGetValue(place, out var at) ? at : -1))];
    }

    /// <summary>In words where each curve lies.</summary>
    /// <param name="y">What is measured.</param>
    /// <param name="curves">The curves.</param>
    public static string Describe(string y, IReadOnlyList<Curve> curves) => $"{y}: " + string.Join("; ", curves.Select(Describe)) + ".";

    private static string Describe(Curve curve)
    {
        var values = curve.Y.Where(double.IsFinite).ToArray();
        return values.Length == 0 ? $"{curve.Label} has no values"
            : values.Length == 1 ? FormattableString.Invariant($"{curve.Label} {values[0]:G4}")
            : FormattableString.Invariant($"{curve.Label} from {values[0]:G4} to {values[^1]:G4}, between {values.Min():G4} and {values.Max():G4}");
    }

    private static object?[] Cells(Curve curve, int at) => (curve.Deviation, at) switch
    {
        (null, < 0) => [null],
        (_, < 0) => [null, null],
        (null, _) => [curve.Y[at]],
        var (deviation, _) => [curve.Y[at], deviation[at]],
    };

    private static Curve Logarithm(Curve curve) => curve with
    {
        Y = [.. curve.Y.Select(y => y > 0 ? Math.Log10(y) : double.NaN)],
        Deviation = null,
    };
}
