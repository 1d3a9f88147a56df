using System.Text;

namespace Coda.Data.Archives.Import;

/// <summary>The encodings of text files: UTF-8 unless another is stated, by an option or by the mark at a file's start.</summary>
internal static class TextEncodings
{
    /// <summary>The encoding of a name; bytes that are no text in it are an error.</summary>
    /// <param name="name">As in latin1, windows-1252, utf-16, shift_jis.</param>
    /// <returns><see langword="null"/> where there is none of that name.</returns>
    public static Encoding? Find(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null; // which is what the caller asks
        }
    }

    /// <summary>The encoding that a file's first bytes state; <see langword="null"/> where they state none, or UTF-8.</summary>
    /// <param name="start">The first four bytes.</param>
    public static Encoding? OfMark(ReadOnlySpan<byte> start) =>
        start.StartsWith<byte>([0xFF, 0xFE, 0, 0]) ? Find("utf-32")
        : start.StartsWith<byte>([0xFF, 0xFE]) ? Find("utf-16")
        : start.StartsWith<byte>([0xFE, 0xFF]) ? Find("utf-16BE")
        : null;

    /// <summary>The error for bytes that are not UTF-8, with the encoding that they look like.</summary>
    /// <param name="place">File and row.</param>
    /// <param name="bytes">The bytes.</param>
    public static InvalidDataException Fault(string place, ReadOnlySpan<byte> bytes)
    {
        var (look, option) = bytes.Contains((byte)0) ? ("UTF-16", "utf-16")
            : bytes.ContainsAnyInRange((byte)0x80, (byte)0x9F) ? ("windows-1252", "windows-1252")
            : ("Latin-1 (ISO 8859-1)", "latin1");
        var shown = CellText.Of(Encoding.Latin1.GetString(bytes).Replace("\0", "", StringComparison.Ordinal));
        return new(
            $"{place}: expected text in UTF-8, got bytes that look like {look} ('{shown}' in it). "
            + $"State the encoding, as in --encoding {option}, or write the file anew in UTF-8.");
    }
}
