using System.Globalization;

namespace Coda.Figures.Drawing;

/// <summary>The numbers behind a figure, for those who cannot see it or want to know them.</summary>
public sealed class FigureTable
{
    /// <summary>The most rows that a table holds.</summary>
    public const int MostRows = 100;

    /// <summary>Makes a table; of more than <see cref="MostRows"/> rows evenly chosen ones stay, the first and the last among them.</summary>
    /// <param name="columns">The headings, with units.</param>
    /// <param name="rows">A cell a heading: text, whole numbers, numbers, or nothing where there is none.</param>
    public FigureTable(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        (Columns, Total) = (columns, rows.Count);
        var shown = Math.Min(rows.Count, MostRows);
        Rows = [.. Enumerable.Range(0, shown).Select(i => (IReadOnlyList<string>)[.. rows[Chosen(i, shown, rows.Count)].Select(Cell)])];
    }

    /// <summary>The headings, with units.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The cells, as text, invariant; empty where there is no value.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    /// <summary>How many rows there were to choose from.</summary>
    public int Total { get; }

    /// <summary>The rows of an evenly spaced choice.</summary>
    /// <param name="i">The number of the chosen, from 0.</param>
    /// <param name="shown">How many are chosen.</param>
    /// <param name="count">Of how many.</param>
    internal static int Chosen(int i, int shown, int count) => shown < 2 ? 0 : (int)Math.Round(i * (count - 1.0) / (shown - 1));

    private static string Cell(object? value) => value switch
    {
        null => "",
        double.NaN => "",
        double number => number.ToString("G4", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
