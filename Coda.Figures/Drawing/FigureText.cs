using ScottPlot;
using SkiaSharp;

namespace Coda.Figures.Drawing;

/// <summary>Writes what stands around the plots.</summary>
internal static class FigureText
{
    /// <summary>Parts of a text in as many lines as they need, broken between them.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="size">The height of a line in pixels.</param>
    /// <param name="width">The room in pixels.</param>
    public static IReadOnlyList<string> Lines(IEnumerable<string> parts, float size, float width)
    {
        using var font = FigureFont.Of(size, isBold: false);
        var lines = new List<string>();
        foreach (var part in parts)
        {
            var longer = lines.Count == 0 ? part : $"{lines[^1]} · {part}";
            if (lines.Count == 0 || font.MeasureText(longer) > width)
            {
                lines.Add(part);
                continue;
            }

            lines[^1] = longer;
        }

        return lines;
    }

    /// <summary>Writes a line, shortened to the room that it has.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="text">The line.</param>
    /// <param name="start">Its left end on its base line.</param>
    /// <param name="size">Its height in pixels.</param>
    /// <param name="isBold">Whether it is bold.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="width">The room in pixels.</param>
    /// <returns>Its width.</returns>
    public static float Write(SKCanvas canvas, string text, SKPoint start, float size, bool isBold, Color color, float width)
    {
        using var font = FigureFont.Of(size, isBold);
        using var paint = new SKPaint { Color = color.ToSKColor(), IsAntialias = true };
        var shown = text;
        while (shown.Length > 2 && font.MeasureText(shown) > width)
        {
            var end = shown.Length - 2;
            shown = shown[..(char.IsHighSurrogate(shown[end - 1]) ? end - 1 : end)] + "…"; // half a character would hide the whole text
        }

        canvas.DrawText(shown, start.X, start.Y, font, paint);
        return font.MeasureText(shown);
    }
}
