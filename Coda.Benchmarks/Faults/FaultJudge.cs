using System.Text.Json;
using System.Text.RegularExpressions;
using Coda.Cli;

namespace Coda.Benchmarks.Faults;

/// <summary>Says what a run on a damaged file came to.</summary>
internal static partial class FaultJudge
{
    private const int LongestDetail = 300;
    private const int Before = 30; // characters shown of what differs
    private const int After = 30;

    private static readonly string[] NeverAnInput = ["json-type", "json-double", "json-unknown", "json-nan", "empty", "other-kind", "delete"];

    /// <summary>Judges one run.</summary>
    /// <param name="kind">The kind of the damaged file.</param>
    /// <param name="mutation">How it was damaged.</param>
    /// <param name="files">The intact and the damaged bytes.</param>
    /// <param name="probe">What read it.</param>
    /// <param name="runs">The run on the intact file and that on the damaged one.</param>
    /// <returns>What must not happen, all of it; or one verdict that may.</returns>
    public static IEnumerable<(FaultVerdict Verdict, string Detail)> Judge(
        FaultKind kind, string mutation, (byte[] Intact, byte[]? Damaged) files, IFaultProbe probe, (ProbeResult Intact, ProbeResult Damaged) runs)
    {
        var run = runs.Damaged;
        var line = Shorten(run.Error.TrimEnd().Split('\n')[^1]);
        var faults = new List<(FaultVerdict, string)>();
        if (probe.SpeaksForUs)
        {
            faults.AddRange(Words(run, line));
        }

        if (run.ExitCode == ExitCodes.Success)
        {
            var verdict = Outputs(kind, mutation, files, probe, runs);
            if (verdict.Verdict >= FaultVerdict.SilentOther || faults.Count == 0)
            {
                faults.Add(verdict);
            }
        }

        return faults.Count > 0 ? faults : [(FaultVerdict.Refused, line)];
    }

    private static IEnumerable<(FaultVerdict, string)> Words(ProbeResult run, string line)
    {
        var said = run.Output + "\n" + run.Error;
        if (run.ExitCode == ExitCodes.Unexpected)
        {
            yield return (FaultVerdict.Unexpected, $"exit code 1: {line}");
        }
        else if (run.ExitCode != ExitCodes.Success && !line.StartsWith("error: ", StringComparison.Ordinal))
        {
            yield return (FaultVerdict.Unexpected, $"exit code {run.ExitCode}, no error in the last line: {line}");
        }

        if (ForeignWords.In(said) is { } word)
        {
            yield return (FaultVerdict.ForeignWords, $"'{word}' in: {line}");
        }

        if (ForeignWords.Control(said) is { } control)
        {
            yield return (FaultVerdict.ControlCharacter, $"{control} in: {line}");
        }
    }

    private static (FaultVerdict Verdict, string Detail) Outputs(
        FaultKind kind, string mutation, (byte[] Intact, byte[]? Damaged) files, IFaultProbe probe, (ProbeResult Intact, ProbeResult Damaged) runs)
    {
        if (runs.Damaged.Fingerprint == runs.Intact.Fingerprint || (kind.IsDescription && probe.ShowsDescriptions)
            || (kind.IsOptional && mutation == FaultMutations.Delete))
        {
            return (FaultVerdict.Same, "");
        }

        if (runs.Damaged.Warnings.Except(runs.Intact.Warnings).FirstOrDefault() is { } warning)
        {
            return (FaultVerdict.Warned, warning);
        }

        return !kind.IsSealed && !NeverAnInput.Contains(mutation) && IsAnotherInput(kind, files.Intact, files.Damaged!)
            ? (FaultVerdict.OtherInput, "")
            : (FaultVerdict.SilentOther, Difference(runs.Intact.Fingerprint, runs.Damaged.Fingerprint));
    }

    private static bool IsAnotherInput(FaultKind kind, byte[] intact, byte[] damaged) => kind.Format switch
    {
        FaultFormat.Json => IsWellFormed(intact, damaged),
        FaultFormat.Csv => IsTable(System.Text.Encoding.UTF8.GetString(damaged)),
        _ => true, // a Parquet file of a user's has no checksum
    };

    // Another value, or a member less; never a member of another name.
    private static bool IsWellFormed(byte[] intact, byte[] damaged)
    {
        try
        {
            using var document = JsonDocument.Parse(damaged, new JsonDocumentOptions { AllowDuplicateProperties = false });
            using var original = JsonDocument.Parse(intact);
            return Names(document.RootElement).All(Names(original.RootElement).ToHashSet().Contains);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => Names(m.Value).Prepend(m.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };

    // The bed's table as its format allows it, read without a reader: a header, and rows of which a value and the last field, unused, may be missing.
    // A last row without an end is whole only where all of its fields are there.
    private static bool IsTable(string text)
    {
        var lines = text.TrimStart('\uFEFF').Split('\n');
        return lines[0].TrimEnd('\r') == "time,site,value,flag" && lines[1..].All(line => Row().IsMatch(line))
            && (lines[^1].Length == 0 || lines[^1].Count(c => c == ',') == 3);
    }

    private static string Difference(string intact, string damaged)
    {
        var at = intact.Zip(damaged).TakeWhile(pair => pair.First == pair.Second).Count();
        string Around(string text) => text[Math.Max(0, at - Before)..Math.Min(text.Length, at + After)].ReplaceLineEndings(" ");
        return $"'{Around(intact)}' became '{Around(damaged)}'";
    }

    private static string Shorten(string line) => line.Length <= LongestDetail ? line : line[..LongestDetail];

    [GeneratedRegex("""^(\r|#[^\0]*|"?\d+(\.\d+)?"?,"?\d+"?,("?-?\d+(\.\d+)?"?)?(,[^,"\0]*|,"[^",\0]*")?\r?)?$""")]
    private static partial Regex Row();
}
