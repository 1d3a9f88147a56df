namespace Coda.Benchmarks.Kills;

/// <summary>What came of a command that was killed one to three times and then came to its end.</summary>
/// <param name="Points">Where it was killed.</param>
/// <param name="Faults">What must not be.</param>
internal sealed record KillResult(IReadOnlyList<KillPoint> Points, IReadOnlyList<(KillVerdict Verdict, string Detail)> Faults);
