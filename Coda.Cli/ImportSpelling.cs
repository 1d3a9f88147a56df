using System.Globalization;
using Coda.Data.Archives.Import;

namespace Coda.Cli;

/// <summary>Reads what options of <c>coda import</c> spell.</summary>
internal static class ImportSpelling
{
    /// <summary>A decimal sign: <c>.</c> or <c>,</c>, or its name.</summary>
    /// <param name="text">The option's value.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static char Decimal(string text) => text switch
    {
        "." or "point" => '.',
        "," or "comma" => ',',
        _ => throw new ArgumentException($"--decimal: expected a point or a comma, got '{text}'."),
    };

    /// <summary>A range of values: <c>LOW..HIGH</c>, either of which may be left out.</summary>
    /// <param name="text">The option's value.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static ValueRange Range(string text)
    {
        var at = text.IndexOf("..", StringComparison.Ordinal);
        return at >= 0 && text.Length > 2
            && Bound(text[..at], double.NegativeInfinity) is { } low && Bound(text[(at + 2)..], double.PositiveInfinity) is { } high && low <= high
            ? new ValueRange(low, high)
            : throw new ArgumentException($"--valid-range: expected LOW..HIGH, as in -50..60 or 0.., got '{text}'.");
    }

    private static double? Bound(string text, double otherwise) =>
        text.Length == 0 ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : null;
}
