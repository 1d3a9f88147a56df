using ScottPlot;
using SkiaSharp;

namespace Coda.Figures.Drawing;

/// <summary>What the colours of a figure's curves mean, in a line below its title, where it hides nothing.</summary>
internal static class FigureLegend
{
    /// <summary>The room that it takes.</summary>
    public const int Height = 22;

    private const float TextSize = 13;
    private const float SampleWidth = 26;
    private const float Gap = 6;

    /// <summary>Whether there is something to tell apart.</summary>
    /// <param name="items">What the plot has.</param>
    public static bool IsNeeded(LegendItem[] items) => items.Length > 1;

    /// <summary>Draws it.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="items">What the plot has.</param>
    /// <param name="start">Its left end on its base line.</param>
    /// <param name="width">The room in pixels; what has none is left out, and the table behind the figure has it.</param>
    /// <param name="theme">The colours.</param>
    public static void Draw(SKCanvas canvas, LegendItem[] items, SKPoint start, float width, Theme theme)
    {
        var left = start.X;
        foreach (var item in IsNeeded(items) ? items : [])
        {
            var room = start.X + width - left - SampleWidth - Gap;
            if (room < SampleWidth)
            {
                return;
            }

            Sample(canvas, item, new(left, start.Y - (TextSize / 3)));
            left += SampleWidth + Gap;
            left += FigureText.Write(canvas, item.LabelText, new(left, start.Y), TextSize, isBold: false, theme.Ink, room) + (2 * Gap);
        }
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
