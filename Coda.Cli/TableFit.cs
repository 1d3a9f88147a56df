using Spectre.Console;
using Spectre.Console.Rendering;

namespace Coda.Cli;

/// <summary>Brings a table into the width of a terminal without breaking a number: what every row shares is said once, words wrap, and where that is not
/// enough each row becomes a paragraph.</summary>
/// <param name="columns">The heads.</param>
/// <param name="rows">One cell for each column.</param>
/// <param name="isNumeric">Whether the columns after the first are of numbers, aligned right, but for remarks, which have no head, and names of models.</param>
internal sealed class TableFit(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, bool isNumeric)
{
    private const int Frame = 3; // of a column: a blank on both sides and the border
    private const int Readable = 16; // where words wrap
    private const int LongestOfNumbers = 24; // as of "below 0: σ is too large"

    /// <summary>What to write.</summary>
    /// <param name="width">The width of the terminal.</param>
    public IEnumerable<IRenderable> In(int width)
    {
        if (Total(columns.Select((_, i) => Natural(i))) <= width)
        {
            return [Grid([.. columns.Select((_, i) => i)], [])];
        }

        int[] kept = [.. columns.Select((_, i) => i).Where(i => i == 0 || rows.Count < 2 || rows.Any(row => row[i] != rows[0][i]))];
        var shared = columns.Select((_, i) => i).Except(kept).Where(i => rows[0][i] is not ("" or "-")).ToList();
        var widths = Widths(kept, width);
        return widths is null ? [.. rows.SelectMany(row => Paragraph(row, width))]
            : shared.Count == 0 ? [Grid(kept, widths)]
            : [new Text($"In every row: {string.Join(", ", shared.Select(i => Pair(i, rows[0])))}\n"), Grid(kept, widths)];
    }

    private static int Total(IEnumerable<int> widths) => widths.Sum(w => w + Frame) + 1;

    private static int LongestWord(string text) => text.Split([' ', '\n']).Max(word => word.Length);

    private IEnumerable<string> Cells(int column) => rows.Select(row => row[column]).Prepend(columns[column]);

    private int Natural(int column) => Cells(column).Max(cell => cell.Split('\n').Max(line => line.Length));

    private bool IsOfWords(int column) => column == 0 || !isNumeric || columns[column].Length == 0
        || rows.Any(row => row[column].Length > LongestOfNumbers && row[column].Any(char.IsLetter));

    // The widths of wrapped columns, 0 for those that keep theirs; nothing where the table does not fit.
    private int[]? Widths(int[] kept, int width)
    {
        int[] least = [.. kept.Select(i => IsOfWords(i) ? Math.Min(Natural(i), Math.Max(Readable, Cells(i).Max(LongestWord))) : Natural(i))];
        var left = width - Total(least);
        if (left < 0)
        {
            return null;
        }

        var wanted = kept.Sum(Natural) - least.Sum();
        for (var at = 0; at < kept.Length; at++)
        {
            var more = wanted == 0 ? 0 : (int)((long)left * Math.Min(wanted, Natural(kept[at]) - least[at]) / wanted);
            least[at] += Math.Min(more, Natural(kept[at]) - least[at]);
        }

        return least;
    }

    private Table Grid(int[] kept, int[] widths)
    {
        var table = new Table().Border(TableBorder.Simple);
        for (var at = 0; at < kept.Length; at++)
        {
            var column = new TableColumn(new Text(columns[kept[at]]));
            column = isNumeric && kept[at] > 0 && !(widths.Length > 0 && IsOfWords(kept[at])) ? column.RightAligned().NoWrap() : column;
            table.AddColumn(widths.Length > 0 ? column.Width(widths[at]) : column);
        }

        foreach (var row in rows)
        {
            table.AddRow(kept.Select(i => new Text(row[i])));
        }

        return table;
    }

    // A cell that begins with its column's name, as in "model: hybrid of lorenz96", says it once.
    private string Pair(int column, IReadOnlyList<string> row) =>
        columns[column] is { Length: > 0 } head && !row[column].StartsWith($"{head}:", StringComparison.Ordinal) ? $"{head} {row[column]}" : row[column];

    // The first cell, and beneath it the others with their heads, as many on a line as there is room for.
    private IEnumerable<IRenderable> Paragraph(IReadOnlyList<string> row, int width)
    {
        yield return new Text($"{(row[0].Length > 0 ? row[0] : columns[0])}\n");
        var line = "";
        foreach (var pair in columns.Select((_, i) => i).Where(i => i > 0 && row[i] is not ("" or "-")).Select(i => Pair(i, row)))
        {
            if (line.Length > 0 && line.Length + Frame + pair.Length > width - Frame)
            {
                yield return Indented(line);
                line = "";
            }

            line += line.Length > 0 ? $"   {pair}" : pair;
        }

        if (line.Length > 0)
        {
            yield return Indented(line);
        }

        static Padder Indented(string line) => new(new Text(line), new Padding(Frame, 0, 0, 0));
    }
}
