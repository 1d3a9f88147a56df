using System.Globalization;
using Coda.Data.Foundation;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>Tables and numbers for people.</summary>
public static class Tables
{
    /// <summary>Writes a table: the first column of words, the others of numbers, aligned right.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="title">What the table shows; empty for none.</param>
    /// <param name="columns">The heads.</param>
    /// <param name="rows">One cell for each column.</param>
    public static void Numbers(this IAnsiConsole console, string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) =>
        Write(console, title, columns, rows, isNumeric: true);

    /// <summary>Writes a table of words, aligned left.</summary>
    /// <inheritdoc cref="Numbers"/>
    public static void Words(this IAnsiConsole console, string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) =>
        Write(console, title, columns, rows, isNumeric: false);

    /// <summary>Writes names with their values.</summary>
    /// <param name="console">Where to write.</param>
    /// <param name="title">What is described.</param>
    /// <param name="facts">The pairs; those without a value are left out.</param>
    public static void Facts(this IAnsiConsole console, string title, params IEnumerable<(string Name, string? Value)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        foreach (var (name, value) in facts.Where(f => !string.IsNullOrEmpty(f.Value)))
        {
            grid.AddRow(Plain(name), Plain(value!));
        }

        console.WriteLine();
        console.WriteLine(ForeignText.Escape(title), new Style(decoration: Decoration.Bold));
        console.Write(grid);
    }

    /// <summary>A number with a few significant digits.</summary>
    /// <param name="value">Any number; a dash stands for none.</param>
    /// <param name="decimals">The digits after the point.</param>
    public static string Number(double? value, int decimals = 3) =>
        value is { } number && double.IsFinite(number) ? number.ToString($"F{decimals}", CultureInfo.InvariantCulture) : "-";

    /// <summary>A count with its thousands apart.</summary>
    /// <param name="count">The count.</param>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A duration in at most two units.</summary>
    /// <param name="time">The duration.</param>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => FormattableString.Invariant($"{time.TotalSeconds:F1} s"),
        { TotalMinutes: < 1 } => FormattableString.Invariant($"{time.TotalSeconds:F0} s"),
        { TotalHours: < 1 } => FormattableString.Invariant($"{time.Minutes} min {time.Seconds} s"),
        _ => FormattableString.Invariant($"{(int)time.TotalHours} h {time.Minutes} min"),
    };

    // What files say stands in tables too.
    private static Text Plain(string text) => new(ForeignText.Escape(text));

    private static void Write(IAnsiConsole console, string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows, bool isNumeric)
    {
        console.WriteLine();
        if (title.Length > 0)
        {
            console.WriteLine(ForeignText.Escape(title), new Style(decoration: Decoration.Bold));
        }

        var fit = new TableFit(columns, [.. rows.Select(row => (IReadOnlyList<string>)[.. row.Select(ForeignText.Escape)])], isNumeric);
        foreach (var part in fit.In(console.Profile.Width))
        {
            console.Write(part);
        }
    }
}
