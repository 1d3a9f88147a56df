using System.Text.Json.Serialization;
using Coda.Data.Scoring;

namespace Coda.Workflows.Proving;

/// <summary>What an archive of analyses proved of itself.</summary>
/// <param name="ArchiveSha256">The SHA-256 of its archive.json, which has those of all parts.</param>
/// <param name="Seed">The seed that chose the parts, and where faults were injected.</param>
/// <param name="Share">The share of the parts that was computed again.</param>
public sealed record Proof(string ArchiveSha256, ulong Seed, double Share)
{
    /// <summary>The version of Coda that made the proof.</summary>
    public required string Version { get; init; }

    /// <summary>What the analyses were made from, as the archive has it: method with its options, digests of observations and model.</summary>
    public required IReadOnlyDictionary<string, string> Origin { get; init; }

    /// <summary>The number of files whose checksums and rows were verified.</summary>
    public required int Files { get; init; }

    /// <summary>The number of parts of the analyses.</summary>
    public required int Parts { get; init; }

    /// <summary>Those that were computed again.</summary>
    public required IReadOnlyList<ProvenPart> Again { get; init; }

    /// <summary>The scores against the truth, or against the withheld observations; none where there is neither.</summary>
    public required IReadOnlyList<ScoreResult> Scores { get; init; }

    /// <summary>The faults that were injected into a copy.</summary>
    public required IReadOnlyList<ProvenFault> Faults { get; init; }

    /// <summary>Whether every part came out to the same bits, and every fault was refused.</summary>
    [JsonIgnore]
    public bool IsProven => Again.Count > 0 && Again.All(p => p.Sha256 == p.Again) && Faults.All(f => f.IsHeld);

    /// <summary>What speaks against the archive, in words; empty where it is proven.</summary>
    public IEnumerable<string> Doubts() =>
    [
        .. Again.Where(p => p.Sha256 != p.Again).Select(p => $"{p.Name} came out as {p.Again}, not as {p.Sha256}"),
        .. Faults.Where(f => !f.IsHeld).Select(f => $"{f.Fault} of {f.File} was {f.Outcome}"),
    ];

    /// <summary>What another proof of the same archive has otherwise, in words; empty where both agree. Versions, and the words of refusals, may
    /// differ.</summary>
    /// <param name="other">The other proof.</param>
    public IEnumerable<string> DifferencesTo(Proof other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return
        [
            .. ArchiveSha256 == other.ArchiveSha256 ? Array.Empty<string>() : [$"archive.json has the SHA-256 {ArchiveSha256}, there {other.ArchiveSha256}"],
            .. Parts == other.Parts ? Array.Empty<string>() : [$"it has {Parts} parts, there {other.Parts}"],
            .. Again.Except(other.Again).Select(p => $"{p.Name} came out as {p.Again}, not so there"),
            .. other.Again.Except(Again).Select(p => $"{p.Name} came out there as {p.Again}, not so here"),
            .. Files == other.Files ? Array.Empty<string>() : [$"it has {Files} files, there {other.Files}"],
            .. Origin.Except(other.Origin).Select(o => $"its {o.Key} is {o.Value}, not so there"),
            .. other.Origin.Except(Origin).Select(o => $"its {o.Key} is there {o.Value}, not so here"),
            .. Scores.Except(other.Scores).Select(s => $"{Words(s)}, not so there"),
            .. other.Scores.Except(Scores).Select(s => $"{Words(s)} there, not so here"),
            .. other.Faults.Except(Faults, new SameOutcome()).Select(
                f => $"{f.Fault} of {f.File} was {f.Outcome} there, not so here"),
            .. Doubts(),
        ];

        static string Words(ScoreResult score) =>
            $"{score.Score} of {score.Sites} sites{(score.Part is { } part ? $" of {part}" : "")} at lead {score.Lead} is "
                + FormattableString.Invariant($"{score.Value:R}");
    }

    // Faults by what was done and what it came to; the words are a version's own.
    private sealed class SameOutcome : IEqualityComparer<ProvenFault>
    {
        public bool Equals(ProvenFault? x, ProvenFault? y) => x is not null && y is not null && Of(x) == Of(y);

        public int GetHashCode(ProvenFault fault) => Of(fault).GetHashCode();

        private static (string, string, string) Of(ProvenFault fault) => (fault.Fault, fault.File, fault.Outcome);
    }
}
