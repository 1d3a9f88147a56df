using System.Globalization;
using System.Text;

namespace Coda.Data.Foundation;

/// <summary>Text that came from elsewhere (a file, a request, a library beneath), made fit for a message. Stateless.</summary>
public static class ForeignText
{
    /// <summary>The most characters of one piece of such text that a message holds.</summary>
    public const int Longest = 120;

    /// <summary>Writes what would not show as itself by its number, as in <c>\u001b</c>, so that no text moves a terminal's cursor or hides a part of
    /// itself.</summary>
    /// <remarks>These are control and format characters (direction and width), line separators, and halves of surrogate pairs.</remarks>
    /// <param name="text">Any text.</param>
    /// <returns>The text itself where it has none of them.</returns>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder? escaped = null;
        for (var i = 0; i < text.Length;)
        {
            var isWhole = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (isWhole && Shows(rune))
            {
                escaped?.Append(text, i, length);
            }
            else
            {
                escaped ??= new StringBuilder(text, 0, i, 2 * text.Length);
                for (var unit = i; unit < i + length; unit++)
                {
                    escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[unit]:x4}");
                }
            }

            i += length;
        }

        return escaped?.ToString() ?? text;
    }

    /// <summary>The beginning of a text, escaped.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="most">The most characters of it, with the dots that stand for the rest; at least 4.</param>
    public static string Shorten(string text, int most = Longest)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Escape(text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 3 - (char.IsHighSurrogate(text[most - 4]) ? 1 : 0)), "..."));
    }

    private static bool Shows(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
