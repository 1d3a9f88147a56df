using System.Globalization;
using System.Text;

namespace Coda.Service.Metrics;

/// <summary>The text format of Prometheus, version 0.0.4: names, labels and numbers.</summary>
internal static class PrometheusText
{
    /// <summary>The media type.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>A name of a metric or a label, with an underscore for every character that it may not have.</summary>
    public static string Name(string name)
    {
        var text = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
        return text is [] or [>= '0' and <= '9', ..] ? "_" + text : text;
    }

    /// <summary>A line of help: backslashes and line ends are escaped.</summary>
    public static string Help(string text) => text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    /// <summary>Labels, sorted by name, as in <c>route="/v1/model",status="200"</c>: backslashes, quotes and line ends of values are escaped.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var pairs = new List<string>(tags.Length);
        foreach (var (name, value) in tags)
        {
            var text = Help(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\"", "\\\"", StringComparison.Ordinal);
            pairs.Add($"{Name(name)}=\"{text}\"");
        }

        pairs.Sort(StringComparer.Ordinal);
        return string.Join(',', pairs);
    }

    /// <summary>A number.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>Writes one line.</summary>
    public static void Sample(StringBuilder text, string name, string labels, string more, double value)
    {
        var separator = labels.Length > 0 && more.Length > 0 ? "," : "";
        var all = labels + separator + more;
        text.Append(name).Append(all.Length > 0 ? $"{{{all}}}" : "").Append(' ').Append(Number(value)).Append('\n');
    }
}
