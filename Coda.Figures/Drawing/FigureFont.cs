using ScottPlot;
using SkiaSharp;

namespace Coda.Figures.Drawing;

/// <summary>The font of all figures: one that this system has.</summary>
internal static class FigureFont
{
    private static readonly string[] Wanted = ["DejaVu Sans", "Segoe UI", "Helvetica Neue", "Liberation Sans", "Noto Sans", "Arial"];
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>Its family.</summary>
    /// <exception cref="MissingFontException">No font is installed.</exception>
    public static string Family => Found.Value;

    /// <summary>Text of a size, for what stands around the plots.</summary>
    /// <param name="size">Its height in pixels.</param>
    /// <param name="isBold">Whether it is bold.</param>
    public static SKFont Of(float size, bool isBold) => new(SKTypeface.FromFamilyName(Family, isBold ? SKFontStyle.Bold : SKFontStyle.Normal), size);

    private static string Find()
    {
        var families = SKFontManager.Default.FontFamilies.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var family = Wanted.FirstOrDefault(families.Contains) ?? families.Order(StringComparer.Ordinal).FirstOrDefault(CanWrite)
            ?? throw new MissingFontException();
        Fonts.Default = family;
        return family;
    }

    private static bool CanWrite(string family)
    {
        using var face = SKTypeface.FromFamilyName(family);
        return face is not null && face.ContainsGlyphs("Aa0−±");
    }
}
