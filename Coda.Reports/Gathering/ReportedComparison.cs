using System.Text.Json;
using Coda.Data.Foundation;
using Coda.Data.Scoring;

namespace Coda.Reports.Gathering;

/// <summary>What <c>coda compare --json</c> found: methods with scores and costs.</summary>
/// <param name="File">The file.</param>
/// <param name="Archive">The archive's directory, as the command had it.</param>
/// <param name="IsTruth">Whether the scores are against the truth; else against withheld observations.</param>
/// <param name="Trials">The methods that have a score.</param>
internal sealed record ReportedComparison(string File, string Archive, bool IsTruth, IReadOnlyList<ComparedMethod> Trials)
{
    private const string Cure = "Write it with 'coda compare ... --json'.";

    /// <summary>Reads a reply of the command.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ReportedComparison Read(string path)
    {
        var root = CodaJson.Read<JsonElement>(path, Cure);
        return Text(root, "command") == "compare" && Member(root, "result") is { } result
            && Member(result, "trials") is { ValueKind: JsonValueKind.Array } trials
            ? new(path, Text(result, "archive") ?? "", Text(result, "against") == "truth", [.. trials.EnumerateArray().Select(Method).OfType<ComparedMethod>()])
            : throw new InvalidDataException($"{path}: expected what 'coda compare --json' writes, got other JSON. {Cure}");
    }

    private static ComparedMethod? Method(JsonElement trial)
    {
        if (Member(trial, "scores") is not { ValueKind: JsonValueKind.Array } scores || Member(trial, "method") is not { } method
            || Number(trial, "seconds") is not { } seconds || Number(trial, "states") is not (>= 1 and var states))
        {
            return null;
        }

        var score = scores.EnumerateArray().FirstOrDefault(s => Text(s, "score") is RootMeanSquareError.Name or WithheldScoring.Misfit
            && Text(s, "sites")?.ToLowerInvariant() is "all" or "withheld" && Number(s, "lead") == 0);
        return score.ValueKind == JsonValueKind.Object && Number(score, "value") is { } value
            ? new(NameOf(method), value, 1e3 * seconds / states, Member(trial, "isSmoother") is { ValueKind: JsonValueKind.True }) : null;
    }

    private static string NameOf(JsonElement method) => method.ValueKind == JsonValueKind.String ? method.GetString()!
        : string.Join(' ', new[] { Text(method, "name"), Member(method, "options")?.GetRawText() }.OfType<string>());

    private static JsonElement? Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static string? Text(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static double? Number(JsonElement of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) ? value : null;
}
