using System.Text;
using System.Text.RegularExpressions;
using Coda.Figures.Drawing;
using Coda.Figures.Pages;

namespace Coda.Tests.Figures;

[TestClass]
public sealed class PageTests
{
    private const string Hostile = "<img src=x onerror=\"alert(1)\">'&\u0007";

    [TestMethod]
    public void TextIsShownNotRun()
    {
        var table = new FigureTable([Hostile], [[Hostile]]);
        var page = Page(new PageSection("a", Hostile) { Paragraphs = [Hostile], Warnings = [Hostile], Tables = [new(Hostile, table)], Figures = [Own()] });
        Assert.DoesNotContain("<img src=x", page);
        Assert.DoesNotContain("\u0007", page);
        Assert.DoesNotContain("<script", page);
        StringAssert.Contains(page, "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
    }

    [TestMethod]
    public void APageNeedsNothingElse()
    {
        var page = Page(new PageSection("a", "A") { Figures = [.. FigureExamples.ByMethod.Values.Select(make => make())] });
        foreach (Match link in Regex.Matches(page, "(?:src|href|srcset)=\"([^\"]{0,40})"))
        {
            StringAssert.Matches(link.Groups[1].Value, new("^(data:image/png;base64,|#)"));
        }

        StringAssert.Contains(page, "default-src 'none'");
        Assert.AreEqual(FigureExamples.ByMethod.Count, Regex.Count(page, "<img [^>]*alt=\"[^\"]{10,}\""), "every picture is described");
        var tables = Regex.Count(page, "<details><summary>[^<]*</summary><div class=\"table\"");
        Assert.AreEqual(FigureExamples.ByMethod.Count, tables, "and has its numbers behind it");
        Assert.IsLessThan(3_000_000, page.Length);
    }

    [TestMethod]
    public void OfLongTablesEvenlyChosenRowsStay()
    {
        var table = new FigureTable(["step"], [.. Enumerable.Range(0, 1001).Select(i => (IReadOnlyList<object?>)[i])]);
        Assert.HasCount(FigureTable.MostRows, table.Rows);
        Assert.AreEqual(("0", "1000"), (table.Rows[0][0], table.Rows[^1][0]));
        StringAssert.Contains(FigureMarkup.Of(table, "Steps"), "(100 of 1001 rows)");
    }

    private static Figure Own() => Coda.Figures.Figures.OfCurves("own", Hostile, new(Hostile, Hostile), Hostile, Hostile, [new(Hostile, [0, 1], [0, 1])]);

    private static string Page(params PageSection[] sections)
    {
        using var stream = new MemoryStream();
        PageWriter.Write(stream, Hostile, Hostile, sections);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
