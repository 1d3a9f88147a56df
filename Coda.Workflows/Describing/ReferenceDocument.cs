using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Training.Experiments;

namespace Coda.Workflows.Describing;

/// <summary>The reference of everything that can be named, as Markdown: what docs/reference.md is.</summary>
public static class ReferenceDocument
{
    private static readonly JsonSerializerOptions Compact = new(CodaJson.Options) { WriteIndented = false };

    /// <summary>Writes it.</summary>
    /// <param name="isWanted">Which classes are in it.</param>
    public static string Write(Func<Type, bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        var text = new StringBuilder()
            .Append("# Reference\n\nWhat can be named on the command line, in files and in C#, with its options: made by `./build.sh Reference` from the "
                + "documentation in the ")
            .Append("sources. `coda systems NAME` prints one entry, plug-ins' with `--plugin`.\n");
        foreach (var kind in CatalogKind.All)
        {
            Append(text, kind.Title, EntryDescriber.Of(kind).Where(entry => isWanted(kind.Catalog.TypeOf(entry.Name))), entry => entry.Options);
        }

        var named = NamedExperiment.All.Select(experiment => experiment.Name).Where(name => isWanted(EntryDescriber.ClassOf(name))).ToList();
        if (named.Count > 0)
        {
            Append(text, "Experiments", named.Select(EntryDescriber.OfExperiment), Chosen);
            text.Append("\n### Members of an experiment\n");
            Append(text, EntryDescriber.DefaultsOfExperiments());
        }

        return text.ToString();
    }

    /// <summary>A value in words: JSON without quotes, <c>NAME:OPTION=VALUE,...</c> for a component, <c>none</c> for none.</summary>
    /// <param name="value">The value.</param>
    public static string Words(JsonNode? value) => value switch
    {
        null => "none",
        JsonObject { Count: 2 } pair when pair.ContainsKey("name") && pair.ContainsKey("options") => pair["options"] is JsonObject { Count: > 0 } options
            ? $"{pair["name"]}:{string.Join(',', options.Select(option => $"{option.Key}={Words(option.Value)}"))}" : $"{pair["name"]}",
        JsonArray list => list.Count > 0 ? string.Join("; ", list.Select(Words)) : "none",
        JsonObject members => string.Join(", ", members.Select(member => $"{member.Key} {Words(member.Value)}")),
        _ => value.ToJsonString(Compact).Replace("\"", "", StringComparison.Ordinal),
    };

    private static void Append(
        StringBuilder text, string title, IEnumerable<EntryDescription> entries, Func<EntryDescription, IReadOnlyList<OptionDescription>> options)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n");
        foreach (var entry in entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {entry.Name}\n\n{Plain(entry.Summary)}\n");
            if (entry.Source.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{Plain(entry.Source)}\n");
            }

            Append(text, options(entry));
        }
    }

    private static void Append(StringBuilder text, IReadOnlyList<OptionDescription> options)
    {
        if (options.Count == 0)
        {
            return;
        }

        text.Append("\n| option | type | default | range | meaning |\n|---|---|---|---|---|\n");
        foreach (var option in options)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {option.Name} | {option.Type} | {Plain(Words(option.Default))} | {Plain(option.Range)} | {Plain(option.Meaning)} |\n");
        }
    }

    // What an experiment has otherwise than all.
    private static List<OptionDescription> Chosen(EntryDescription experiment)
    {
        var usual = EntryDescriber.DefaultsOfExperiments().ToDictionary(option => option.Name, option => Words(option.Default));
        return [.. experiment.Options.Where(
            option => option.Name is not ("name" or "description") && Words(option.Default) != usual.GetValueOrDefault(option.Name))];
    }

    // What Markdown and tables would take for marks of theirs.
    private static string Plain(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
}
