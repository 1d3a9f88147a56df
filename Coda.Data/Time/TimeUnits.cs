namespace Coda.Data.Time;

/// <summary>The units of time whose length is known.</summary>
internal static class TimeUnits
{
    private static readonly Dictionary<string, (double Seconds, string Name)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["s"] = (1, "seconds"), ["second"] = (1, "seconds"), ["seconds"] = (1, "seconds"),
        ["min"] = (60, "minutes"), ["minute"] = (60, "minutes"), ["minutes"] = (60, "minutes"),
        ["h"] = (3600, "hours"), ["hour"] = (3600, "hours"), ["hours"] = (3600, "hours"),
        ["d"] = (86400, "days"), ["day"] = (86400, "days"), ["days"] = (86400, "days"),
    };

    /// <summary>A unit's length in seconds; <see langword="null"/> where it is not known.</summary>
    /// <param name="unit">The unit, as in h or hours.</param>
    public static double? SecondsOf(string unit) => Known.TryGetValue(unit, out var known) ? known.Seconds : null;

    /// <summary>A unit as the CF conventions call it; itself where its length is not known.</summary>
    /// <param name="unit">The unit, as in h or hours.</param>
    public static string NameOf(string unit) => Known.TryGetValue(unit, out var known) ? known.Name : unit;
}
