using System.Globalization;

namespace Coda.Data.Time;

/// <summary>
/// Durations in ISO 8601, as UTF-8: weeks, or days, hours, minutes and seconds, as in PT1H30M. Years and months have no one length and
/// are not read.
/// </summary>
internal static class IsoDuration
{
    private static readonly (byte Letter, bool IsOfTime, double Seconds)[] Units =
    [
        ((byte)'W', false, 604800), ((byte)'D', false, 86400), ((byte)'H', true, 3600), ((byte)'M', true, 60), ((byte)'S', true, 1),
    ];

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text, UTF-8.</param>
    /// <param name="seconds">Its length.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out double seconds)
    {
        seconds = 0;
        var isNegative = text.StartsWith("-"u8);
        var rest = isNegative ? text[1..] : text;
        if (rest.Length < 3 || rest[0] != 'P')
        {
            return false;
        }

        rest = rest[1..];
        var (unit, isOfTime) = (0, false);
        while (rest.Length > 0)
        {
            if (rest[0] == 'T' && !isOfTime && rest.Length > 1)
            {
                isOfTime = true;
                rest = rest[1..];
            }

            if (!TryPart(ref rest, ref unit, isOfTime, out var part))
            {
                return false;
            }

            seconds += part;
        }

        seconds = isNegative ? -seconds : seconds;
        return true;
    }

    private static bool TryPart(ref ReadOnlySpan<byte> rest, ref int unit, bool isOfTime, out double seconds)
    {
        seconds = 0;
        var length = rest.IndexOfAnyExcept("0123456789.,"u8);
        if (length <= 0)
        {
            return false;
        }

        var letter = rest[length];
        var number = rest[..length].ToArray();
        number.AsSpan().Replace((byte)',', (byte)'.');
        while (unit < Units.Length && !(Units[unit].Letter == letter && Units[unit].IsOfTime == isOfTime))
        {
            unit++;
        }

        if (unit == Units.Length || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        seconds = count * Units[unit++].Seconds;
        rest = rest[(length + 1)..];
        return true;
    }
}
