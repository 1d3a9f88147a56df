namespace Coda.Workflows.Studying;

/// <summary>What one cell of a study came to.</summary>
/// <param name="Cell">What was run.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Point">The axes' values, in their order.</param>
/// <param name="Numbers">What was measured, by name.</param>
public sealed record StudyResult(StudyCell Cell, ulong Seed, IReadOnlyList<double> Point, IReadOnlyDictionary<string, double> Numbers);
