using System.Globalization;
using Coda.Data.Archives;
using Coda.Data.Cards;

namespace Coda.Workflows.Inspecting;

/// <summary>What an archive or a model is, as facts in words: a name for each, and nothing where there is nothing to say.</summary>
public static class InspectionFacts
{
    private const int MostNames = 12;
    private const int MostStretches = 4;

    /// <summary>The facts of an archive.</summary>
    /// <param name="archive">What was found.</param>
    public static IReadOnlyList<(string Name, string? Value)> Of(InspectedArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var description = archive.Description;
        return
        [
            ("system", $"{description.System?.Name ?? "unknown"} ({description.Layout})"),
            ("sites", $"{description.SiteCount}, {description.Operator.Name}"),
            ("record", string.Create(
                CultureInfo.InvariantCulture, $"{description.TrajectoryCount} trajectories, steps {description.Steps} "
                    + $"of {description.StepLength}{Unit(description.TimeUnit)}")),
            ("step 0", description.TimeOrigin),
            ("forcing", ForcingWords.Of(description)),
            ("sigma", description.DescribeSigma()),
            ("errors", description.DescribeErrors()),
            ("trajectories", description.TrajectoryNames is { } names ? List(names) : null),
            ("seed", description.Seed?.ToString(CultureInfo.InvariantCulture)),
            ("withheld", description.Withheld.Fraction > 0 ? FormattableString.Invariant($"{description.Withheld.Fraction}") : null),
            ("provenance", description.Provenance),
            .. (description.Origins ?? []).Select(o => (o.Key, (string?)$"from {string.Join(", ", o.Value.Select(v => $"{v.Key} {v.Value}"))}")),
            .. new[] { ArchiveTable.Analyses, ArchiveTable.Forecasts }.Where(t => archive.Tables.ContainsKey(t.ToString().ToLowerInvariant()))
                .Select(t => (t == ArchiveTable.Analyses ? "analyses that" : "forecasts from analyses that", (string?)Describe(description.NoteOf(t)))),
            ("unsound analyses", description.NoteOf(ArchiveTable.Analyses).Unsound?.Describe(description.NameOf, MostStretches)),
            ("verified", archive.IsVerified ? "every checksum and row" : "no"),
        ];
    }

    /// <summary>The facts of a model.</summary>
    /// <param name="model">What was found.</param>
    public static IReadOnlyList<(string Name, string? Value)> Of(InspectedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (card, differences) = (model.Card, model.Differences);
        return
        [
            ("name", card.Name),
            ("description", card.Description),
            ("system", $"{card.System.Name} ({card.Layout})"),
            ("network", $"{card.Network.Name}, {card.DescribeNetwork()}"),
            ("trained for", TrainedFor(card.TrainedFor)),
            ("correction", card.Correction?.Name ?? "none"),
            ("reads", string.Create(
                CultureInfo.InvariantCulture, $"{card.SiteCount} sites, steps of {card.StepLength}{Unit(card.TimeUnit)}, "
                    + $"values with sigma {card.DescribeSigma()}")),
            ("errors", card.DescribeErrors()),
            ("sites", card.SiteNames is { } names ? List(names) : null),
            ("driven by", ForcingWords.Of(card.Forcing)),
            ("other rings", model.OtherRings?.ToString()),
            ("parameters", string.Join(", ", card.Parameters.Select(
                p => FormattableString.Invariant($"{p.Key} = {p.Value:G6}{(card.TrainedParameters.Contains(p.Key) ? " (trained)" : "")}")))),
            ("scores", string.Join(", ", card.Scores.Select(s => FormattableString.Invariant($"{s.Key} {s.Value:G4}")))),
            ("command", card.Command),
            ("lacks", string.Join("; ", model.Lacks)),
            ("verified", model.IsVerified ? "every hash, and what every graph takes and gives" : "no"),
            ("ONNX Runtime less LibTorch", differences.Count > 0
                ? FormattableString.Invariant($"at most {differences.Values.Max():G2} in state units") : null),
        ];
    }

    private static string List(IReadOnlyList<string> names) =>
        $"{string.Join(", ", names.Take(MostNames))}{(names.Count > MostNames ? ", ..." : "")}";

    private static string? TrainedFor(ObservingSettings? settings) => settings is null ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"errors of {settings.LeastSigma:G3} to {settings.LargestSigma:G3}, {100 * settings.LeastDensity:G3} to {100 * settings.LargestDensity:G3} % of sites "
            + $"and steps observed, ")
        + $"up to {settings.LongestGap} steps without an observation, up to {settings.LargestHole} neighbouring sites never observed";

    private static string Describe(TableNote note) =>
        note.Warnings is { Count: > 0 } warnings ? $"{note.Describe()}; {string.Join(" ", warnings.Select(w => w.Message))}" : note.Describe();

    private static string Unit(string unit) => unit == "1" ? "" : $" {unit}";
}
