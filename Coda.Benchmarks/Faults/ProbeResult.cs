namespace Coda.Benchmarks.Faults;

/// <summary>What a run printed and wrote.</summary>
/// <param name="ExitCode">The exit code, or what stands for it.</param>
/// <param name="Output">The standard output.</param>
/// <param name="Error">The standard error.</param>
/// <param name="Fingerprint">Its outputs, comparable; names of the folder it ran in are taken out.</param>
/// <param name="Warnings">What it had to say against its results.</param>
internal sealed record ProbeResult(int ExitCode, string Output, string Error, string Fingerprint, IReadOnlyList<string> Warnings);
