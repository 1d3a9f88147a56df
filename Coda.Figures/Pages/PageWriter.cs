using System.Security.Cryptography;
using System.Text;
using Coda.Figures.Drawing;

namespace Coda.Figures.Pages;

/// <summary>Writes sections as one HTML file that needs nothing else: no network, no script; for light and dark screens, narrow ones, paper and screen
/// readers.</summary>
/// <remarks>Whatever text is given is shown as text. The page's own policy forbids scripts and whatever is not in the file.</remarks>
public static class PageWriter
{
    private static readonly Lazy<string> Style = new(ReadStyle);

    /// <summary>The style of pages, for those that load it from a file.</summary>
    public static string StyleSheet => Style.Value;

    /// <summary>Writes a page.</summary>
    /// <param name="stream">Where to, as UTF-8.</param>
    /// <param name="title">Its title.</param>
    /// <param name="lead">What it is of, in a sentence.</param>
    /// <param name="sections">Its sections, in order.</param>
    public static void Write(Stream stream, string title, string lead, IReadOnlyList<PageSection> sections)
    {
        using var page = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        page.WriteLine("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
        page.WriteLine($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'sha256-{Hash(Style.Value)}'\">");
        page.WriteLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">");
        page.WriteLine($"<title>{FigureMarkup.Escaped(title)}</title>\n<style>{Style.Value}</style>\n</head>\n<body>");
        page.WriteLine("<a class=\"skip\" href=\"#content\">To the content</a>");
        page.WriteLine($"<header><h1>{FigureMarkup.Escaped(title)}</h1><p>{FigureMarkup.Escaped(lead)}</p></header>");
        page.WriteLine("<nav aria-label=\"Sections\"><ul>");
        foreach (var section in sections)
        {
            page.WriteLine($"<li><a href=\"#{FigureMarkup.Escaped(section.Id)}\">{FigureMarkup.Escaped(section.Title)}</a></li>");
        }

        page.WriteLine("</ul></nav>\n<main id=\"content\">");
        foreach (var section in sections)
        {
            Write(page, section);
        }

        page.WriteLine("</main>\n</body>\n</html>");
    }

    private static void Write(StreamWriter page, PageSection section)
    {
        var id = FigureMarkup.Escaped(section.Id);
        page.WriteLine($"<section id=\"{id}\" aria-labelledby=\"{id}-heading\"><h2 id=\"{id}-heading\">{FigureMarkup.Escaped(section.Title)}</h2>");
        foreach (var warning in section.Warnings)
        {
            page.WriteLine($"<p class=\"warning\"><strong>Warning:</strong> {FigureMarkup.Escaped(warning)}</p>");
        }

        foreach (var paragraph in section.Paragraphs)
        {
            page.WriteLine($"<p>{FigureMarkup.Escaped(paragraph)}</p>");
        }

        foreach (var (caption, table) in section.Tables)
        {
            page.WriteLine(FigureMarkup.Of(table, caption));
        }

        foreach (var figure in section.Figures)
        {
            page.Write(FigureMarkup.Of(figure));
        }

        page.WriteLine("</section>");
    }

    private static string ReadStyle()
    {
        using var stream = typeof(PageWriter).Assembly.GetManifestResourceStream("page.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Hash(string style) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
}
