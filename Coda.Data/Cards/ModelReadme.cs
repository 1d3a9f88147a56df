using System.Globalization;
using System.Text;
using Coda.Data.Foundation;

namespace Coda.Data.Cards;

/// <summary>A model's README.md, written from its card: what it is for, its scores, how to rebuild it.</summary>
public static class ModelReadme
{
    /// <summary>The file's name in the model's folder.</summary>
    public const string FileName = "README.md";

    private const int MostNames = 12;

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="card">The model's card.</param>
    public static void Write(string folder, ModelCard card) => AtomicFile.WriteText(Path.Combine(folder, FileName), Text(card));

    /// <summary>The file's text.</summary>
    /// <param name="card">The model's card.</param>
    public static string Text(ModelCard card)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"# {card.Name}\n");
        Line($"{card.Description}\n");
        Line($"Written from `{ModelFolder.Card}`; the next export replaces it.\n");
        Line($"| what | value |");
        Line($"|---|---|");
        var step = FormattableString.Invariant($"{card.StepLength}{Unit(card.TimeUnit)}");
        var errors = card.DescribeErrors() is { } kinds ? $"{card.DescribeSigma()}, {kinds}" : card.DescribeSigma();
        Line($"| reads | {card.SiteCount} sites through `{card.Operator.Name}`, steps of {step}, errors of {errors} |");
        if (card.SiteNames is { } names)
        {
            var first = string.Join(", ", names.Take(MostNames)).Replace("|", "\\|", StringComparison.Ordinal);
            Line($"| sites | {first}{(names.Count > MostNames ? $", ... (`{ModelFolder.Card}` has all)" : "")} |");
        }

        Line($"| gives | states of {card.Layout} |");
        if (card.Forcing is { } forcing)
        {
            Line($"| driven by | {string.Join(", ", forcing.Select(u => $"{u.Name}{Unit(u.Unit)}{(u.Size == 1 ? "" : $" ({u.Size} values)")}"))} |");
        }

        Line($"| network | `{card.Network.Name}`, {card.DescribeNetwork()} |");
        Line($"| simulator | `{card.System.Name}`{(card.Correction is { } correction ? $", corrected by `{correction.Name}`" : "")} |");
        foreach (var (name, value) in card.Parameters)
        {
            var error = card.ParameterErrors.TryGetValue(name, out var e) ? FormattableString.Invariant($" ± {e:G2}") : "";
            Line($"| {name} | {value:G6}{error}{(card.TrainedParameters.Contains(name) ? ", estimated" : "")} |");
        }

        foreach (var (name, value) in card.Scores)
        {
            Line($"| {name} | {value:G4} |");
        }

        if (card.ScoredOn is { } on)
        {
            var (of, without) = (on.System is { } truth ? $" of `{truth.Name}`" : "", on.Margin > 0 ? $", without {on.Margin} steps at each end" : "");
            Line($"\nScored on fresh records{of}{without}.");
        }

        Line($"\n## Files\n");
        Line($"| file | takes | gives |");
        Line($"|---|---|---|");
        foreach (var (name, file) in card.Files)
        {
            Line($"| `{name}` | {Tensors(file.Inputs)} | {Tensors(file.Outputs)} |");
        }

        Line($"\n## Rebuild it\n\n```\n{card.Command}\n```\n\nSeed {card.Seed}.");
        return text.ToString();
    }

    private static string Unit(string unit) => unit == "1" ? "" : $" {unit}";

    private static string Tensors(IReadOnlyDictionary<string, string> tensors) => string.Join("; ", tensors.Select(t => $"`{t.Key}` [{t.Value}]"));
}
