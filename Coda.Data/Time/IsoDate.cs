using System.Globalization;

namespace Coda.Data.Time;

/// <summary>Dates and times in ISO 8601, as UTF-8.</summary>
/// <remarks>
/// Read are calendar (2020-01-31), ordinal (2020-031) and week dates (2020-W05-5), extended or basic (20200131), and a month alone,
/// which is its first day; then T or a blank and hours, minutes and seconds as far as they are given, with a fraction of the last,
/// and Z, UTC or an offset. What gives no offset is UTC, on every machine. Years have four digits.
/// </remarks>
internal static class IsoDate
{
    private const long Second = 1_000_000;
    private const long Day = 86400 * Second;
    private static readonly int FirstDay = new DateOnly(1970, 1, 1).DayNumber;
    private static readonly long Earliest = (DateTime.MinValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    private static readonly long Latest = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The forms, for messages.</summary>
    public const string Forms = "2020-01-31, 2020-01-31T06:00, 2020-01-31 06:00:00.5, 2020-01-31T06:00+01:00, 20200131T0600Z, 2020-031 or 2020-W05-5";

    /// <summary>Reads a date, or a date and time.</summary>
    /// <param name="text">The text, UTF-8.</param>
    /// <param name="microseconds">Since 1970-01-01T00:00:00Z, to the nearest.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        var rest = text;
        if (!TryDay(ref rest, out var day))
        {
            return false;
        }

        var (time, offset) = (0L, 0L);
        if (rest.Length > 0 && !(rest[0] is (byte)'T' or (byte)'t' or (byte)' ' && TryTime(rest[1..], out rest, out time) && TryOffset(rest, out offset)))
        {
            return false;
        }

        microseconds = (day * Day) + time - offset;
        return microseconds >= Earliest && microseconds < Latest;
    }

    /// <summary>
    /// A date that is written as one integer: yyyyMM, yyyyDDD, yyyyMMdd, yyyyMMddHH, yyyyMMddHHmm or yyyyMMddHHmmss, of the years 1800 to 2199.
    /// </summary>
    /// <inheritdoc cref="TryParse"/>
    public static bool TryParseDigits(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text.ContainsAnyExceptInRange((byte)'0', (byte)'9') || text.Length is not (6 or 7 or 8 or 10 or 12 or 14) || Number(text[..4]) is < 1800 or > 2199)
        {
            return false;
        }

        var date = text.Length == 7 ? 7 : Math.Min(text.Length, 8);
        var (day, time) = (0L, 0L);
        var isDay = text.Length == 6 ? IsDay(Number(text[..4]), Number(text[4..]), 1, out day) : TryDay(text[..date], out day);
        if (!isDay || (text.Length > date && !TryTime(text[date..], out _, out time)))
        {
            return false;
        }

        microseconds = (day * Day) + time;
        return true;
    }

    private static bool TryDay(ReadOnlySpan<byte> text, out long day) => TryDay(ref text, out day) && text.Length == 0;

    private static bool TryDay(ref ReadOnlySpan<byte> rest, out long day)
    {
        day = 0;
        var digits = Digits(rest);
        switch (digits)
        {
            case 8:
                return IsDay(Number(rest[..4]), Number(rest[4..6]), Number(rest[6..8]), out day) && Skip(ref rest, 8);
            case 7:
                return IsOrdinal(Number(rest[..4]), Number(rest[4..7]), out day) && Skip(ref rest, 7);
            case 4 when rest.Length > 4 && rest[4] is (byte)'W':
                return TryWeek(ref rest, isExtended: false, out day);
            case 4 when rest.Length > 5 && rest[4] == '-' && rest[5] is (byte)'W':
                return TryWeek(ref rest, isExtended: true, out day);
            case 4 when rest.Length > 4 && rest[4] == '-':
                return TryExtended(ref rest, out day);
            default:
                return false;
        }
    }

    private static bool TryExtended(ref ReadOnlySpan<byte> rest, out long day)
    {
        day = 0;
        var year = Number(rest[..4]);
        var behind = rest[5..];
        switch (Digits(behind))
        {
            case 3:
                return IsOrdinal(year, Number(behind[..3]), out day) && Skip(ref rest, 8);
            case 2 when behind.Length == 2:
                return IsDay(year, Number(behind), 1, out day) && Skip(ref rest, 7);
            case 2 when behind.Length >= 5 && behind[2] == '-' && Digits(behind[3..]) == 2:
                return IsDay(year, Number(behind[..2]), Number(behind[3..5]), out day) && Skip(ref rest, 10);
            default:
                return false;
        }
    }

    private static bool TryWeek(ref ReadOnlySpan<byte> rest, bool isExtended, out long day)
    {
        day = 0;
        var year = Number(rest[..4]);
        var behind = rest[(isExtended ? 6 : 5)..];
        if (year == 0 || Digits(behind) != (isExtended || behind.Length == 2 ? 2 : 3))
        {
            return false;
        }

        var week = Number(behind[..2]);
        if (week == 0 || week > ISOWeek.GetWeeksInYear(year))
        {
            return false;
        }

        var hasDay = isExtended ? behind.Length >= 4 && behind[2] == '-' && Digits(behind[3..]) == 1 : behind.Length > 2;
        var end = !hasDay ? 2 : isExtended ? 4 : 3;
        var weekday = hasDay ? behind[end - 1] - '0' : 1;
        rest = behind[end..];
        day = weekday is >= 1 and <= 7 ? DateOnly.FromDateTime(ISOWeek.ToDateTime(year, week, (DayOfWeek)(weekday % 7))).DayNumber - FirstDay : 0;
        return weekday is >= 1 and <= 7;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest, out long time)
    {
        rest = text;
        time = 0;
        var digits = Digits(text);
        if (digits is not (2 or 4 or 6))
        {
            return false;
        }

        Span<int> parts = [0, 0, 0];
        var count = digits / 2;
        for (var i = 0; i < count; i++)
        {
            parts[i] = Number(text.Slice(2 * i, 2));
        }

        rest = text[digits..];
        while (digits == 2 && count < 3 && rest.Length >= 3 && rest[0] == ':' && Digits(rest[1..]) == 2)
        {
            parts[count++] = Number(rest[1..3]);
            rest = rest[3..];
        }

        var unit = count switch { 1 => 3600 * Second, 2 => 60 * Second, _ => Second };
        time = (((parts[0] * 60L) + parts[1]) * 60 + parts[2]) * Second;
        if (parts[1] > 59 || parts[2] > 59 || !TryFraction(ref rest, unit, out var fraction))
        {
            return false;
        }

        time += fraction;
        return time <= Day && (parts[0] < 24 || time == Day);
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, long unit, out long microseconds)
    {
        microseconds = 0;
        if (rest.Length == 0 || rest[0] is not ((byte)'.' or (byte)','))
        {
            return true;
        }

        var digits = Digits(rest[1..]);
        var (fraction, weight) = (0m, 1m);
        foreach (var digit in rest.Slice(1, Math.Min(digits, 15)))
        {
            weight /= 10;
            fraction += weight * (digit - '0');
        }

        microseconds = (long)Math.Round(fraction * unit, MidpointRounding.AwayFromZero);
        return digits > 0 && Skip(ref rest, 1 + digits);
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out long offset)
    {
        offset = 0;
        text = text.TrimStart((byte)' ');
        if (text.Length == 0 || text.SequenceEqual("Z"u8) || text.SequenceEqual("z"u8) || text.SequenceEqual("UTC"u8))
        {
            return true;
        }

        var digits = text[1..];
        var hasColon = digits.Length == 5 && digits[2] == ':';
        var isOffset = hasColon ? Digits(digits) == 2 && Digits(digits[3..]) == 2 : digits.Length is 2 or 4 && Digits(digits) == digits.Length;
        if (text[0] is not ((byte)'+' or (byte)'-') || !isOffset)
        {
            return false;
        }

        var minutes = digits.Length == 2 ? 0 : Number(digits[^2..]);
        offset = ((Number(digits[..2]) * 60L) + minutes) * 60 * Second * (text[0] == '-' ? -1 : 1);
        return Number(digits[..2]) < 24 && minutes < 60;
    }

    private static bool IsDay(int year, int month, int dayOfMonth, out long day)
    {
        var isDay = year >= 1 && month is >= 1 and <= 12 && dayOfMonth >= 1 && dayOfMonth <= DateTime.DaysInMonth(year, month);
        day = isDay ? new DateOnly(year, month, dayOfMonth).DayNumber - FirstDay : 0;
        return isDay;
    }

    private static bool IsOrdinal(int year, int dayOfYear, out long day)
    {
        var isDay = year >= 1 && dayOfYear >= 1 && dayOfYear <= (DateTime.IsLeapYear(year) ? 366 : 365);
        day = isDay ? new DateOnly(year, 1, 1).DayNumber - FirstDay + dayOfYear - 1 : 0;
        return isDay;
    }

    private static bool Skip(ref ReadOnlySpan<byte> rest, int count)
    {
        rest = rest[count..];
        return true;
    }

    private static int Digits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var end ? end : text.Length;

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            number = (10 * number) + digit - '0';
        }

        return number;
    }
}
