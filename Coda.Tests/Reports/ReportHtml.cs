using System.Text.RegularExpressions;

namespace Coda.Tests.Reports;

/// <summary>What a report's HTML must be, whatever it is of.</summary>
internal static partial class ReportHtml
{
    private static readonly string[] Void = ["meta", "link", "img", "source", "br", "hr", "input"];

    /// <summary>Reads a report, and examines it.</summary>
    /// <returns>The page without what is in its images.</returns>
    public static string Read(string path)
    {
        var html = Images().Replace(File.ReadAllText(path), "data:image/png;base64,");
        Examine(html);
        return html;
    }

    private static void Examine(string html)
    {
        Assert.DoesNotContain("<script", html);
        foreach (Match address in Addresses().Matches(html))
        {
            StringAssert.Matches(address.Groups[1].Value, new("^(#|data:image/)"), "The file needs nothing else.");
        }

        Assert.DoesNotContain("@import", html);
        Assert.DoesNotContain("url(", html);
        Nest(html);
        var ids = Ids().Matches(html).Select(m => m.Groups[1].Value).ToList();
        CollectionAssert.AllItemsAreUnique(ids);
        foreach (Match figure in Figures().Matches(html))
        {
            StringAssert.Matches(figure.Value, new("<img [^>]*alt=\"[^\"]{10,}\""), "Every picture says what there is to be seen.");
            Assert.Contains("<details>", figure.Value);
            StringAssert.Matches(figure.Value, new("<tbody><tr><td>"), "Every picture has its numbers in a table.");
        }
    }

    // Every element that is opened is closed, in its place.
    private static void Nest(string html)
    {
        var open = new Stack<string>();
        foreach (Match tag in Tags().Matches(html))
        {
            var name = tag.Groups[2].Value;
            if (tag.Groups[1].Value == "/")
            {
                Assert.AreEqual(open.Pop(), name);
            }
            else if (!Void.Contains(name))
            {
                open.Push(name);
            }
        }

        Assert.IsEmpty(open);
    }

    [GeneratedRegex("data:image/png;base64,[A-Za-z0-9+/=]{100,}")]
    private static partial Regex Images();

    [GeneratedRegex("""\s(?:src|href|srcset|action|poster|data)="([^"]*)["]""")]
    private static partial Regex Addresses();

    [GeneratedRegex("""\sid="([^"]*)["]""")]
    private static partial Regex Ids();

    [GeneratedRegex("<figure.*?</figure>", RegexOptions.Singleline)]
    private static partial Regex Figures();

    [GeneratedRegex("<(/?)([a-z][a-z0-9]*)[^>]*>")]
    private static partial Regex Tags();
}
