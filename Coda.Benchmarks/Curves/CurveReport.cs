using System.Globalization;
using Coda.Data.Foundation;
using Coda.Figures.Drawing;
using Coda.Figures.Inputs;

namespace Coda.Benchmarks.Curves;

/// <summary>Prints curves, and writes their numbers and pictures.</summary>
internal static class CurveReport
{
    private const string Heading = "| what | over | sizes | µs | exponent | at the end | at most | |";

    /// <summary>The head of the table.</summary>
    /// <param name="output">Where to.</param>
    public static void WriteHead(TextWriter output)
    {
        output.WriteLine(Heading);
        output.WriteLine("|---|---|---|---|---|---|---|---|");
    }

    /// <summary>A row of the table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="curve">The curve.</param>
    public static void Write(TextWriter output, CostCurve curve)
    {
        var fit = curve.Fit;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {curve.Operation}, per {curve.Unit} | {WordOf(curve.Axis)} "
            + $"| {curve.Sizes[0]} to {curve.Sizes[^1]} | {curve.Microseconds[0]:G4} to {curve.Microseconds[^1]:G4} "
            + $"| {fit.Exponent:F2} ± {fit.Half:F2} | {fit.End:F2} | {curve.Most:G3} | {(curve.IsTooFast ? "**" + curve.Verdict + "**" : "")} |"));
    }

    /// <summary>Writes numbers as JSON, and a picture for each axis.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="curves">The curves.</param>
    public static void Save(string folder, IReadOnlyList<CostCurve> curves)
    {
        Directory.CreateDirectory(folder);
        CodaJson.Write(Path.Combine(folder, "curves.json"), curves);
        foreach (var axis in curves.GroupBy(curve => curve.Axis))
        {
            var word = WordOf(axis.Key);
            var figure = Figures.Figures.Scaling(
                new FigureSource(null) { Detail = "processor time of one thread, the best of several rounds in turns" }, $"Time against {word}", word, "µs",
                [.. axis.Select(curve => new ScalingPanel(Title(curve), curve.Sizes, curve.Microseconds, curve.Most))]);
            foreach (var ending in new[] { "png", "svg" })
            {
                figure.Write(Path.Combine(folder, FormattableString.Invariant($"curves-{axis.Key.ToString().ToLowerInvariant()}.{ending}")));
            }
        }
    }

    private static string Title(CostCurve curve) => FormattableString.Invariant($"{curve.Operation}: {curve.Fit.Exponent:F2} ± {curve.Fit.Half:F2}");

    private static string WordOf(CurveAxis axis) => axis switch
    {
        CurveAxis.State => "size of the state",
        CurveAxis.Observations => "observations a step",
        CurveAxis.Members => "members",
        CurveAxis.Steps => "steps",
        CurveAxis.Network => "rows, channels",
        _ => "ranks",
    };
}
