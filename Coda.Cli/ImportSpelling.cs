using System.Globalization;
using Coda.Data.Archives.Import;
using Coda.Data.Observations;

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

    /// <summary>The ends of an axis: two different numbers apart by a comma, as in <c>90,-90</c>.</summary>
    /// <param name="option">The option.</param>
    /// <param name="text">Its value.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static double[] Ends(string option, string text)
    {
        double[] ends = [.. text.Split(',').Select(end => double.TryParse(end, NumberStyles.Float, CultureInfo.InvariantCulture, out var e) ? e : double.NaN)];
        return ends.Length == 2 && double.IsFinite(ends[1] - ends[0]) && ends[0] != ends[1] ? ends
            : throw new ArgumentException($"{option}: expected FROM,TO, two different numbers as in 0,360 or 90,-90, got '{text}'.");
    }

    /// <summary>Errors and units: one for all, and for single fields <c>NAME=VALUE</c>, apart by commas, as in <c>0.1</c> or <c>u=0.1,v=0.5</c>.</summary>
    /// <param name="sigma">The option <c>--sigma</c>.</param>
    /// <param name="unit">The option <c>--value-unit</c>.</param>
    /// <param name="errors">The option <c>--errors</c>.</param>
    /// <param name="allowsNone">Whether a sigma of 0 is one, that of no error.</param>
    /// <returns>What is for all, nothing where it is not said, and what single fields have of their own.</returns>
    /// <exception cref="ArgumentException">A sigma is no number greater than 0, errors are of no known kind, or a name or what is for all stands
    /// twice.</exception>
    public static (double? Sigma, string? Unit, ErrorModel? Errors, SortedDictionary<string, ObservedField>? Fields) Errors(
        string? sigma, string? unit, string? errors, bool allowsNone = false)
    {
        var fields = new SortedDictionary<string, ObservedField>(StringComparer.Ordinal);
        var sigmas = Named("--sigma", sigma).ToDictionary(p => p.Key, p => double.TryParse(p.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var s)
            && (s > 0 || (s == 0 && allowsNone)) && double.IsFinite(s)
            ? s : throw new ArgumentException($"--sigma: expected numbers greater than 0, as in 0.1 or u=0.1,v=0.5, got '{sigma}'."));
        var units = Named("--value-unit", unit);
        var models = Named("--errors", errors).ToDictionary(p => p.Key, p => ModelOf(p.Value));
        foreach (var name in sigmas.Keys.Concat(units.Keys).Concat(models.Keys).Where(name => name.Length > 0).Distinct())
        {
            fields[name] = new() { Sigma = OfName(sigmas, name), Unit = units.GetValueOrDefault(name), Errors = OfName(models, name) };
        }

        return (OfName(sigmas, ""), units.GetValueOrDefault(""), OfName(models, ""), fields.Count > 0 ? fields : null);
    }

    private static T? OfName<T>(Dictionary<string, T> named, string name)
        where T : struct => named.TryGetValue(name, out var own) ? own : null;

    private static ErrorModel ModelOf(string word)
    {
        var known = Enum.GetValues<ErrorModel>();
        var at = Array.FindIndex(known, model => model.Word() == word);
        return at >= 0 ? known[at] : throw new ArgumentException(
            $"--errors: expected {string.Join(", ", known.Select(model => model.Word()))}, or one for each field, as in u=multiplicative,v=additive, "
            + $"got '{word}'.");
    }

    // What has no name is for all, under the empty one.
    private static Dictionary<string, string> Named(string option, string? text)
    {
        var named = new Dictionary<string, string>();
        foreach (var part in text?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            var border = part.IndexOf('=', StringComparison.Ordinal);
            if (part.Length == 0 || border == 0 || border == part.Length - 1 || !named.TryAdd(border < 0 ? "" : part[..border], part[(border + 1)..]))
            {
                throw new ArgumentException($"{option}: expected VALUE or NAME=VALUE,NAME=VALUE,... with each name once, got '{text}'.");
            }
        }

        return named;
    }

    private static double? Bound(string text, double otherwise) =>
        text.Length == 0 ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : null;
}
