using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Coda.Data.Time;

namespace Coda.Data.Archives.NetCdf;

/// <summary>Times as the CF conventions write them: a number of a unit since a date.</summary>
/// <param name="Origin">The date, in microseconds since 1970.</param>
/// <param name="Unit">The unit's length in microseconds.</param>
internal sealed partial record CfTime(long Origin, double Unit)
{
    private static readonly Dictionary<string, double> Microseconds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["microsecond"] = 1, ["us"] = 1, ["millisecond"] = 1e3, ["msec"] = 1e3, ["ms"] = 1e3,
        ["second"] = 1e6, ["sec"] = 1e6, ["s"] = 1e6, ["minute"] = 6e7, ["min"] = 6e7, ["hour"] = 3.6e9, ["hr"] = 3.6e9, ["h"] = 3.6e9,
        ["day"] = 8.64e10, ["d"] = 8.64e10,
    };

    /// <summary>Reads a unit.</summary>
    /// <param name="units">The attribute <c>units</c>; none for bare numbers.</param>
    /// <param name="calendar">The attribute <c>calendar</c>; none for the standard one.</param>
    /// <param name="fault">What is wrong, as "expected ..., got ...".</param>
    /// <returns>How times are counted; <see langword="null"/> where they are bare numbers, or at a fault.</returns>
    public static CfTime? Parse(string? units, string? calendar, out string? fault)
    {
        fault = null;
        if (units is null || units.Length > 200 || Since().Match(units) is not { Success: true } since)
        {
            return null;
        }

        var name = since.Groups["unit"].Value;
        if (!Microseconds.TryGetValue(name, out var unit) && !Microseconds.TryGetValue(name.TrimEnd('s', 'S'), out unit))
        {
            fault = $"expected days, hours, minutes, seconds, milliseconds or microseconds since a date, got '{units}'";
            return null;
        }

        if (calendar is not (null or "") && calendar.ToLowerInvariant() is not ("standard" or "gregorian" or "proleptic_gregorian"))
        {
            fault = $"expected the standard calendar, got '{calendar}'";
            return null;
        }

        if (OriginOf(since) is not { } origin)
        {
            fault = $"expected a date as in '{name} since 2020-01-31 06:00:00', got '{units}'";
            return null;
        }

        return new CfTime(origin, unit);
    }

    /// <summary>The date and time of a number, in ISO 8601; empty where there is none between the years 1 and 9999.</summary>
    /// <param name="number">The number.</param>
    public string DateOf(double number)
    {
        var micros = Math.Round(Origin + (number * Unit));
        return micros > -62135596800e6 && micros < 253402300800e6 ? DateOf((long)micros) : "";
    }

    /// <summary>A date and time in ISO 8601.</summary>
    /// <param name="microseconds">Since 1970, between the years 1 and 9999.</param>
    public static string DateOf(long microseconds) =>
        DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    // UDUNITS leaves out zeros, separates the zone by a blank, and writes UTC.
    private static long? OriginOf(Match since)
    {
        string Part(string group, string none) => since.Groups[group] is { Success: true } part ? part.Value.PadLeft(none.Length, '0') : none;
        var zone = since.Groups["zone"].Value switch
        {
            "" or "Z" or "z" or "UTC" or "GMT" => "Z",
            var text => text,
        };
        var date = $"{Part("year", "0000")}-{Part("month", "01")}-{Part("day", "01")}T{Part("hour", "00")}:{Part("minute", "00")}:{Part("second", "00")}"
            + $"{since.Groups["fraction"].Value}{zone}";
        return IsoDate.TryParse(Encoding.UTF8.GetBytes(date), out var microseconds) ? microseconds : null;
    }

    [GeneratedRegex(
        @"^\s*(?<unit>[A-Za-z]+)\s+since\s+(?<year>\d{1,4})-(?<month>\d{1,2})-(?<day>\d{1,2})"
        + @"(?:(?:\s+|T)(?<hour>\d{1,2})(?::(?<minute>\d{1,2})(?::(?<second>\d{1,2})(?<fraction>\.\d+)?)?)?)?\s*(?<zone>[A-Za-z]+|[+-]\d{2}:?\d{2})?\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Since();
}
