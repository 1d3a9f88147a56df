using Coda.Figures.Drawing;

namespace Coda.Reports.Sections;

/// <summary>A piece of a section: one of the three.</summary>
/// <param name="Text">A paragraph.</param>
/// <param name="Table">A table, with what it holds as its caption.</param>
/// <param name="Figure">A picture.</param>
internal sealed record SectionPart(string? Text, (string Caption, FigureTable Numbers)? Table, Figure? Figure)
{
    /// <summary>A paragraph.</summary>
    /// <param name="text">The paragraph.</param>
    public static implicit operator SectionPart(string text) => new(text, null, null);

    /// <summary>A picture.</summary>
    /// <param name="figure">The picture.</param>
    public static implicit operator SectionPart(Figure figure) => new(null, null, figure);

    /// <summary>A table.</summary>
    /// <param name="caption">What it holds.</param>
    /// <param name="columns">Its headings; those without any cell are left out.</param>
    /// <param name="rows">Its cells.</param>
    public static SectionPart Of(string caption, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        int[] kept = [.. Enumerable.Range(0, columns.Count).Where(column => rows.Any(row => row[column] is not null))];
        return new(
            null, (caption, new FigureTable([.. kept.Select(c => columns[c])], [.. rows.Select(row => (IReadOnlyList<object?>)[.. kept.Select(c => row[c])])])),
            null);
    }
}
