namespace Coda.Data.Archives.Import;

/// <summary>How a CSV file is written. Quotes and line ends are those of RFC 4180; the rest is stated, never guessed from the rows.</summary>
/// <param name="Delimiters">The delimiters that it may have: the first with which the header has every column that is wanted.</param>
/// <param name="HasComma">Whether a comma is the decimal sign, rather than a point.</param>
internal sealed record CsvDialect(IReadOnlyList<byte> Delimiters, bool HasComma)
{
    /// <summary>What options say.</summary>
    /// <param name="options">Checked options.</param>
    public static CsvDialect Of(ImportOptions options) => new(
        options.Delimiter is { } stated ? [Parse(stated)!.Value] : [.. ",;\t|"u8.ToArray().Where(d => d != options.Decimal)], options.Decimal == ',');

    /// <summary>A delimiter: one character of ASCII that a number has not; <c>tab</c> or <c>\t</c> for a tabulator.</summary>
    /// <param name="text">The option's text.</param>
    /// <returns><see langword="null"/> where it is none.</returns>
    public static byte? Parse(string text) => text switch
    {
        "tab" or "\\t" or "\t" => (byte)'\t',
        [var c] when char.IsAscii(c) && !char.IsControl(c) && !char.IsAsciiLetterOrDigit(c) && !"\"#.+-".Contains(c, StringComparison.Ordinal) => (byte)c,
        _ => null,
    };
}
