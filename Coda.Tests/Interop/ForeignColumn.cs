using System.Globalization;

namespace Coda.Tests.Interop;

/// <summary>A named column of somebody else's file.</summary>
/// <param name="Name">The name.</param>
/// <param name="Values">An array of int, long, float, double, DateTime (UTC) or text, or of what may be missing among them.</param>
internal sealed record ForeignColumn(string Name, Array Values)
{
    /// <summary>An entry as CSV has it.</summary>
    public string Text(int row) => Values.GetValue(row) switch
    {
        null => "",
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
