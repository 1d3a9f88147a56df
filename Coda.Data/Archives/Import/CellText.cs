using System.Globalization;
using System.Text;

namespace Coda.Data.Archives.Import;

/// <summary>Text out of a file as a message may show it: not too long, and no control characters.</summary>
internal static class CellText
{
    private const int Most = 80;

    /// <summary>Text to be shown.</summary>
    /// <param name="text">Any text.</param>
    public static string Of(string text)
    {
        var shown = text.Length > Most ? $"{text[..Most]}..." : text;
        return shown.Any(IsHidden) ? string.Concat(shown.Select(c => IsHidden(c) ? $"\\u{(int)c:X4}" : c.ToString())) : shown;
    }

    /// <summary>Text to be shown.</summary>
    /// <param name="text">UTF-8, or what was taken for it.</param>
    public static string Of(ReadOnlySpan<byte> text) => Of(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * Most)]));

    // Marks of direction reorder what stands beside them.
    private static bool IsHidden(char c) => char.IsControl(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
