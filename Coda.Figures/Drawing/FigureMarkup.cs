using System.Net;
using System.Text;
using Coda.Data.Foundation;

namespace Coda.Figures.Drawing;

/// <summary>A figure as HTML that needs nothing else: the picture for light and for dark screens, its description, and its numbers in a table.</summary>
public static class FigureMarkup
{
    // As fine as the screens of today without a page of many figures growing past a few megabytes.
    private const float Fineness = 1.5f;

    /// <summary>Writes it, the pictures within.</summary>
    /// <param name="figure">The figure.</param>
    public static string Of(Figure figure)
    {
        var (light, dark) = (Data(figure, Theme.Light), Data(figure, Theme.Dark));
        return Of(figure, theme => theme == Theme.Dark ? dark : light, figure.Frames.Count > 0 ? Stills(figure) : "");
    }

    /// <summary>Writes it, the pictures being elsewhere.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="address">Where its picture is, as HTML, by the colours.</param>
    public static string Of(Figure figure, Func<Theme, string> address) => Of(figure, address, "");

    private static string Of(Figure figure, Func<Theme, string> address, string stills)
    {
        var markup = new StringBuilder();
        markup.Append("<figure id=\"").Append(Escaped(figure.Name)).Append("\"><picture>").Append(stills);
        markup.Append(Source("screen and (prefers-color-scheme: dark)", address(Theme.Dark)));
        markup.Append("<img width=\"").Append(figure.Size.Width).Append("\" height=\"").Append(figure.Size.Height);
        markup.Append("\" alt=\"").Append(Escaped($"{figure.Title}. {figure.Description}")).Append("\" src=\"").Append(address(Theme.Light)).Append("\">");
        markup.Append("</picture><figcaption>").Append(Escaped($"{figure.Description} ({figure.Source.Text})")).Append("</figcaption>");
        markup.Append("<details><summary>Numbers of this picture</summary>").Append(Of(figure.Numbers, figure.Title)).Append("</details></figure>\n");
        return markup.ToString();
    }

    /// <summary>A table as HTML, in a box that scrolls where a screen is narrow.</summary>
    /// <param name="table">The table.</param>
    /// <param name="caption">What it holds.</param>
    public static string Of(FigureTable table, string caption)
    {
        var markup = new StringBuilder("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"").Append(Escaped(caption));
        markup.Append("\"><table><caption>").Append(Escaped(caption));
        if (table.Total > table.Rows.Count)
        {
            markup.Append(FormattableString.Invariant($" ({table.Rows.Count} of {table.Total} rows)"));
        }

        markup.Append("</caption><thead><tr>").AppendJoin("", table.Columns.Select(c => $"<th scope=\"col\">{Escaped(c)}</th>")).Append("</tr></thead><tbody>");
        foreach (var row in table.Rows)
        {
            markup.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{Escaped(cell)}</td>")).Append("</tr>");
        }

        return markup.Append("</tbody></table></div>").ToString();
    }

    /// <summary>Text as HTML shows it, whatever is in it.</summary>
    /// <param name="text">The text.</param>
    public static string Escaped(string text) => WebUtility.HtmlEncode(ForeignText.Escape(text));

    // For who prints, or wants less motion.
    private static string Stills(Figure figure) => string.Concat(
        Source("screen and (prefers-reduced-motion: reduce) and (prefers-color-scheme: dark)", Still(figure, Theme.Dark)),
        Source("print, (prefers-reduced-motion: reduce)", Still(figure, Theme.Light)));

    private static string Source(string media, string data) => $"<source media=\"{media}\" srcset=\"{data}\">";

    private static string Data(Figure figure, Theme theme) => figure.Frames.Count > 0 ? Png(figure.ToMovingPng(theme)) : Still(figure, theme);

    private static string Still(Figure figure, Theme theme) => Png(figure.ToPng(theme, scale: Fineness));

    private static string Png(byte[] image) => $"data:image/png;base64,{Convert.ToBase64String(image)}";
}
