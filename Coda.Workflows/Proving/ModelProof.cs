using System.Text.Json.Serialization;
using Coda.Workflows.Training;

namespace Coda.Workflows.Proving;

/// <summary>What a model proved of itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seed">The seed that was asked for.</param>
/// <param name="Records">The number of fresh records.</param>
/// <param name="Steps">The number of steps of each, without its ends.</param>
public sealed record ModelProof(string Name, ulong Seed, int Records, int Steps)
{
    /// <summary>The version of Coda that made the proof.</summary>
    public required string Version { get; init; }

    /// <summary>The SHA-256 of every file of the folder and those within, those that the card names being what it says.</summary>
    public required SortedDictionary<string, string> Files { get; init; }

    /// <summary>The files whose SHA-256 the card has.</summary>
    public required IReadOnlyList<string> Named { get; init; }

    /// <summary>How far each file's outputs are from the stored ones, at most, in state units.</summary>
    public required SortedDictionary<string, double> References { get; init; }

    /// <summary>What they may differ by.</summary>
    public required double Tolerance { get; init; }

    /// <summary>The seed of the fresh records, which training has not used.</summary>
    public required ulong FreshSeed { get; init; }

    /// <summary>The card's scores that fresh records tell of.</summary>
    public required IReadOnlyList<ProvenScore> Scores { get; init; }

    /// <summary>The card's scores that were not measured again, and why.</summary>
    public required SortedDictionary<string, string> NotMeasured { get; init; }

    /// <summary>Whether the card says on how many records of how many steps it was scored; otherwise as many as the fresh ones, of their length, are
    /// assumed.</summary>
    public bool IsSizeKnown { get; init; }

    /// <summary>The training that went on from the checkpoint; nothing where none did.</summary>
    public ProvenResumption? Resumed { get; init; }

    /// <summary>Why none did; nothing where one did.</summary>
    public string? NotResumed { get; init; }

    /// <summary>Whether all that could be proven was.</summary>
    [JsonIgnore]
    public bool IsProven => !Doubts().Any();

    /// <summary>What speaks against the model, in words; empty where it is proven.</summary>
    public IEnumerable<string> Doubts() =>
    [
        .. References.Count > 0 ? Array.Empty<string>() : ["it has no reference outputs"],
        .. Scores.Count > 0 ? Array.Empty<string>()
            : [$"none of its scores could be measured again ({Reasons()}); 'coda score --record' on a simulated record gives it one"],
        .. Scores.Where(s => !s.IsWithin).Select(s => FormattableString.Invariant(
            $"the card's {s.Name}, {s.Card:G4}, is not within {s.Low:G4} to {s.High:G4}, where fresh records of its kind are")),
        .. Scores.Where(s => !s.IsTelling).Select(s => FormattableString.Invariant(
            $"{s.Low:G4} to {s.High:G4} is too wide an interval to tell of the card's {s.Name}: take more --records or --steps")),
        .. Resumed is { Other: { } other } ? [$"{TrainFolder.Checkpoint} is not the model's: {other}"] : Array.Empty<string>(),
        .. Resumed is { IsSame: false } ? ["its training does not go on from the checkpoint to the same bits"] : Array.Empty<string>(),
    ];

    /// <summary>What nothing was proven of, in words; empty where that is nothing.</summary>
    public IEnumerable<string> Untold() => [.. NotMeasured.Keys, .. Resumed is null ? ["its training"] : Array.Empty<string>()];

    /// <summary>The verdict: "proven", "proven but for" what nothing was proven of, or "not proven".</summary>
    [JsonIgnore]
    public string Verdict => !IsProven ? "not proven" : Untold().Any() ? $"proven but for {string.Join(", ", Untold())}" : "proven";

    /// <summary>What another proof of the same model has otherwise, in words; empty where both agree. Versions may differ, and distances from the reference
    /// outputs within the tolerance.</summary>
    /// <param name="other">The other proof.</param>
    public IEnumerable<string> DifferencesTo(ModelProof other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return
        [
            .. Name == other.Name ? Array.Empty<string>() : [$"it is {Name}, there {other.Name}"],
            .. Files.Except(other.Files).Select(f => $"{f.Key} has the SHA-256 {f.Value}, not so there"),
            .. other.Files.Except(Files).Select(f => $"{f.Key} has there the SHA-256 {f.Value}, not so here"),
            .. References.Keys.Except(other.References.Keys).Select(name => $"{name} has reference outputs, not so there"),
            .. other.References.Keys.Except(References.Keys).Select(name => $"{name} has reference outputs there, not so here"),
            .. Scores.Except(other.Scores).Select(s => FormattableString.Invariant($"{s.Name} of fresh records is {s.Fresh:R}, not so there")),
            .. other.Scores.Except(Scores).Select(s => FormattableString.Invariant($"{s.Name} of fresh records is there {s.Fresh:R}, not so here")),
            .. NotMeasured.Except(other.NotMeasured).Select(s => $"{s.Key} was not measured ({s.Value}), not so there"),
            .. other.NotMeasured.Except(NotMeasured).Select(s => $"{s.Key} was not measured there ({s.Value}), not so here"),
            .. Resumed == other.Resumed ? Array.Empty<string>() : [$"training went on to {Words(Resumed)}, there {Words(other.Resumed)}"],
            .. Doubts(),
        ];

        static string Words(ProvenResumption? resumed) =>
            resumed is null or { Other: not null } ? "nothing" : $"{resumed.AtOnce}{(resumed.IsSame ? "" : $" and {resumed.Stopped}")}";
    }

    private string Reasons() => NotMeasured.Count == 0 ? "it has none" : string.Join("; ", NotMeasured.Select(s => $"{s.Key}: {s.Value}"));
}
