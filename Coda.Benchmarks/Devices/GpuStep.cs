namespace Coda.Benchmarks.Devices;

/// <summary>A part of the proof.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Measures">What it measures on a card.</param>
/// <param name="Instead">What runs on the CPU in its place.</param>
/// <param name="Lacks">What is missing for it here, with the cure; nothing where it can run. What a card itself lacks is no matter of this.</param>
/// <param name="Run">Runs it and prints its rows; throws where something is not proven.</param>
internal sealed record GpuStep(string Name, string Measures, string Instead, Func<GpuScope, string?> Lacks, Action<GpuScope, TextWriter> Run);
