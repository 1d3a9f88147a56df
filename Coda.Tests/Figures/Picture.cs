using SkiaSharp;

namespace Coda.Tests.Figures;

/// <summary>A picture's pixels.</summary>
internal sealed class Picture : IDisposable
{
    private readonly SKBitmap _bitmap;

    public Picture(byte[] png) => _bitmap = SKBitmap.Decode(png) ?? throw new AssertFailedException("The picture cannot be read.");

    public int Width => _bitmap.Width;

    public int Height => _bitmap.Height;

    /// <summary>The pixels of about a colour.</summary>
    public IReadOnlyList<(int X, int Y)> Of(ScottPlot.Color color, int tolerance = 4) =>
    [
        .. from y in Enumerable.Range(0, Height)
           from x in Enumerable.Range(0, Width)
           let pixel = _bitmap.GetPixel(x, y)
           where Math.Abs(pixel.Red - color.R) <= tolerance && Math.Abs(pixel.Green - color.G) <= tolerance && Math.Abs(pixel.Blue - color.B) <= tolerance
           select (x, y),
    ];

    public int Colors() => Enumerable.Range(0, Height).SelectMany(y => Enumerable.Range(0, Width).Select(x => (uint)_bitmap.GetPixel(x, y))).Distinct().Count();

    public void Dispose() => _bitmap.Dispose();
}
