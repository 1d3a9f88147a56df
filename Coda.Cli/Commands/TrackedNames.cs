using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Cli.Commands;

/// <summary>What of a model is corrected on the way, as command lines name it.</summary>
internal static class TrackedNames
{
    private const string Smoother = "cycled-smoother";

    private static readonly string[] Own = ["parameters", "deviations"];

    /// <summary><c>--track</c>: what is corrected.</summary>
    /// <param name="when">When, in words.</param>
    public static Option<string[]> Option(string when) => new("--track")
    {
        Description = $"Correct these parameters and weights of the model {when}, as coda track does; '*' for all that it has in its state (trained with "
            + "tracked).",
        HelpName = "NAME[=DEVIATION]", AllowMultipleArgumentsPerToken = true,
    };

    /// <summary><c>--set</c>, which goes with it.</summary>
    public static Option<string[]> Set() =>
        CommonOptions.Set("Set an option of the method cycled-smoother, which does that, as in memory=2000; 'coda methods cycled-smoother' lists them.");

    /// <summary>The method that corrects it.</summary>
    /// <param name="option">The option that names it, for messages.</param>
    /// <param name="names">Names, each perhaps with a deviation, as in F=2.</param>
    /// <param name="set">The method's options.</param>
    /// <param name="system">The system, where it is not the model's or the archive's.</param>
    /// <exception cref="ArgumentException">A deviation that is no number, or deviations for some only.</exception>
    public static Component Method(string option, IEnumerable<string> names, IReadOnlyList<string> set, string? system = null)
    {
        string[][] given = [.. names.Select(text => text.Split('=', 2))];
        var isSaid = given.Count(parts => parts.Length == 2);
        if (isSaid > 0 && isSaid < given.Length)
        {
            throw new ArgumentException($"{option}: expected a deviation for each name or for none, got {isSaid} for {given.Length}.");
        }

        var options = (JsonObject)(new Component(Smoother).With(set).Options?.DeepClone() ?? new JsonObject());
        if (Own.FirstOrDefault(options.ContainsKey) is { } twice)
        {
            throw new ArgumentException($"--set {twice}: expected none, for {option} names what is corrected, as in {option} F=2; got one.");
        }

        options["parameters"] = new JsonArray([.. given.Select(parts => (JsonNode)parts[0])]);
        options["deviations"] = new JsonArray([.. given.Where(parts => parts.Length == 2).Select(parts => (JsonNode)Deviation(option, parts))]);
        if (system is not null)
        {
            var named = MemberSettings.Component(system);
            options["system"] = new JsonObject { ["name"] = named.Name, ["options"] = named.Options?.DeepClone() ?? new JsonObject() };
        }

        return new Component(Smoother, options);
    }

    private static double Deviation(string option, string[] parts) => double.TryParse(
        parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
        ? value : throw new ArgumentException($"{option}: expected NAME=DEVIATION, got '{string.Join('=', parts)}'.");
}
