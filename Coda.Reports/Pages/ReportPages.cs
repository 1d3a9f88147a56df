using Coda.Data.Foundation;
using Coda.Figures.Drawing;
using Coda.Figures.Pages;
using Coda.Reports.Gathering;
using Coda.Reports.Sections;

namespace Coda.Reports.Pages;

/// <summary>Lays sections out as a page: the warnings first, what is not shown last.</summary>
internal static class ReportPages
{
    /// <summary>A section; its pictures get names of their own, the kind with a number in front, which also orders their files.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="parts">What it holds.</param>
    /// <param name="before">The number of pictures on the page before it.</param>
    public static PageSection Section(string title, IReadOnlyList<SectionPart> parts, int before) => new(Id(title), title)
    {
        Paragraphs = [.. parts.Select(p => p.Text).OfType<string>()],
        Tables = [.. parts.Where(p => p.Table is not null).Select(p => KeyValuePair.Create(p.Table!.Value.Caption, p.Table.Value.Numbers))],
        Figures =
        [
            .. parts.Select(p => p.Figure).OfType<Figure>()
                .Select((figure, i) => figure.Named(FormattableString.Invariant($"{before + i + 1:00}-{figure.Name}"))),
        ],
    };

    /// <summary>Writes a page.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="material">What it is made from.</param>
    /// <param name="warnings">What there is to say against it.</param>
    /// <param name="sections">What it shows.</param>
    /// <param name="missing">What it does not show.</param>
    public static void Write(
        Stream stream, ReportMaterial material, IReadOnlyList<ResultWarning> warnings, IReadOnlyList<PageSection> sections,
        IReadOnlyList<MissingSection> missing)
    {
        string[] names =
        [
            .. material.Records.Select(r => r.Name), .. material.Models.Select(m => m.Card.Name), .. material.Studies.Select(s => s.Name),
            .. material.Comparisons.Select(c => Path.GetFileName(c.File)),
        ];
        var lead = string.Join(", ", new[]
        {
            Count(material.Records.Count, "record"), Count(material.Records.Sum(r => r.Tables.Count), "table of estimates", "tables of estimates"),
            Count(material.Models.Count, "model"), Count(material.Studies.Count, "study", "studies"), Count(material.Comparisons.Count, "comparison"),
        }.OfType<string>());
        PageWriter.Write(stream, $"Report of {string.Join(", ", names.Distinct())}", $"{lead}. Every picture has its numbers in a table behind it.",
            [Warnings(warnings), .. sections, Missing(missing)]);
    }

    private static PageSection Warnings(IReadOnlyList<ResultWarning> warnings) => new("warnings", "Warnings")
    {
        Warnings = [.. warnings.Select(w => w.Message)],
        Paragraphs = warnings.Count == 0 ? ["There are none: nothing that was looked at speaks against what is shown."] : [],
    };

    private static PageSection Missing(IReadOnlyList<MissingSection> missing) => new("not-shown", "Not shown")
    {
        Tables = missing.Count == 0 ? []
            : [KeyValuePair.Create("What there was nothing to make from", new FigureTable(["section", "needs"], [.. missing.Select(Row)]))],
        Paragraphs = missing.Count == 0 ? ["Nothing is left out."] : [],
    };

    private static IReadOnlyList<object?> Row(MissingSection section) => [section.Title, section.Needs];

    private static string? Count(int count, string one, string? several = null) =>
        count == 0 ? null : FormattableString.Invariant($"{count} {(count == 1 ? one : several ?? $"{one}s")}");

    private static string Id(string title) =>
        string.Join('-', title.ToLowerInvariant().Split([' ', ',', ':'], StringSplitOptions.RemoveEmptyEntries));
}
