using ScottPlot;
using SkiaSharp;

namespace Coda.Figures.Drawing;

/// <summary>What the colours of a figure's curves mean, in lines below its title, where it hides nothing.</summary>
internal static class FigureLegend
{
    private const int LineHeight = 20;
    private const float TextSize = 13;
    private const float SampleWidth = 26;
    private const float Gap = 6;

    /// <summary>The room that it takes in pixels; none where there is nothing to tell apart.</summary>
    /// <param name="items">What the plot has.</param>
    /// <param name="width">The room in pixels.</param>
    public static int Height(LegendItem[] items, float width) => items.Length < 2 ? 0 : (LineHeight * (Places(items, width)[^1].Line + 1)) + 2;

    /// <summary>Draws it.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="items">What the plot has.</param>
    /// <param name="start">Its left end on its base line.</param>
    /// <param name="width">The room in pixels.</param>
    /// <param name="theme">The colours.</param>
    public static void Draw(SKCanvas canvas, LegendItem[] items, SKPoint start, float width, Theme theme)
    {
        if (items.Length < 2)
        {
            return;
        }

        foreach (var (item, (left, line)) in items.Zip(Places(items, width)))
        {
            var place = start + new SKPoint(left, line * LineHeight);
            Sample(canvas, item, place - new SKPoint(0, TextSize / 3));
            var text = place + new SKPoint(SampleWidth + Gap, 0);
            FigureText.Write(canvas, item.LabelText, text, TextSize, isBold: false, theme.Ink, width - left - SampleWidth - Gap);
        }
    }

    private static List<(float Left, int Line)> Places(LegendItem[] items, float width)
    {
        using var font = FigureFont.Of(TextSize, isBold: false);
        var (places, left, line) = (new List<(float, int)>(), 0f, 0);
        foreach (var item in items)
        {
            var needed = SampleWidth + Gap + font.MeasureText(item.LabelText);
            (left, line) = left > 0 && left + needed > width ? (0, line + 1) : (left, line);
            places.Add((left, line));
            left += needed + (2 * Gap);
        }

        return places;
    }

    private static void Sample(SKCanvas canvas, LegendItem item, SKPoint start)
    {
        using var paint = new SKPaint { IsAntialias = true, StrokeWidth = item.LineWidth, Color = item.LineColor.ToSKColor() };
        var center = start + new SKPoint(SampleWidth / 2, 0);
        if (item.LineWidth > 0)
        {
            using var dashes = item.LinePattern.GetPathEffect();
            paint.PathEffect = dashes;
            canvas.DrawLine(start, start + new SKPoint(SampleWidth, 0), paint);
        }

        if (item.MarkerStyle.IsVisible && item.MarkerStyle.Size > 0)
        {
            using var marker = Paint.NewDisposablePaint();
            item.MarkerStyle.Render(canvas, new Pixel(center.X, center.Y), marker);
        }
    }
}
