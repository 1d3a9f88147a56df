namespace Coda.Benchmarks.Kills;

/// <summary>What came of a command that was killed one to three times and then came to its end.</summary>
/// <param name="Points">Where it was killed.</param>
/// <param name="Whole">After how many of the kills what the command makes was there, whole.</param>
/// <param name="Again">After how many it was not, so that the same command went on or began anew.</param>
/// <param name="Faults">What must not be.</param>
internal sealed record KillResult(IReadOnlyList<KillPoint> Points, int Whole, int Again, IReadOnlyList<(KillVerdict Verdict, string Detail)> Faults);
