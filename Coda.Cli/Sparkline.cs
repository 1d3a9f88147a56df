using Coda.Data.Foundation;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>A series as a line of small bars, between its least and its greatest value; for whoever looks at a terminal.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Plain = "_.:-=+*#"; // for terminals without Unicode

    /// <summary>The line for a console.</summary>
    /// <param name="console">Where it is shown.</param>
    /// <param name="values">The series; values that are not finite leave a blank.</param>
    /// <param name="width">The most bars, each the mean of as many values.</param>
    /// <returns><see langword="null"/> where nobody looks at it, or there is nothing to see.</returns>
    public static string? On(IAnsiConsole console, IReadOnlyList<double> values, int width) =>
        console.Profile.Out.IsTerminal && values.Count(double.IsFinite) > 1 ? Of(values, width, console.Profile.Capabilities.Unicode) : null;

    /// <summary>The line.</summary>
    /// <param name="values">The series.</param>
    /// <param name="width">The most bars.</param>
    /// <param name="isUnicode">Whether the terminal has more than ASCII.</param>
    public static string Of(IReadOnlyList<double> values, int width, bool isUnicode)
    {
        var (means, bars) = (Means.Of(values, width), isUnicode ? Blocks : Plain);
        var (least, greatest) = (Finite().DefaultIfEmpty(0).Min(), Finite().DefaultIfEmpty(0).Max());
        return string.Concat(means.Select(mean =>
            !double.IsFinite(mean) ? ' '
            : greatest == least ? bars[0]
            : bars[Math.Clamp((int)Math.Round((bars.Length - 1) * ((mean - least) / (greatest - least))), 0, bars.Length - 1)]));

        IEnumerable<double> Finite() => means.Where(double.IsFinite);
    }
}
