using System.Globalization;

namespace Coda.Data.Archives.Import;

/// <summary>Numbers as text: digits, one decimal sign, an exponent; nothing apart from thousands.</summary>
/// <param name="isComma">Whether the decimal sign is a comma; a point is one otherwise.</param>
internal sealed class NumberFormat(bool isComma)
{
    private const int MostBytes = 128;

    /// <summary>Reads a number, infinite ones and NaN included.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="number">The number.</param>
    /// <returns>Whether it is one.</returns>
    public bool TryParse(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        if (!isComma)
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        }

        Span<byte> point = stackalloc byte[MostBytes];
        if (text.Length > MostBytes || text.Contains((byte)'.'))
        {
            return false;
        }

        text.CopyTo(point);
        point.Replace((byte)',', (byte)'.');
        return double.TryParse(point[..text.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads an integer, also as 7.0.</summary>
    /// <inheritdoc cref="TryParse"/>
    public bool TryParseInteger(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            || (TryParse(text, out var real) && real == Math.Floor(real) && Math.Abs(real) <= int.MaxValue && (number = (int)real) == real);
    }
}
