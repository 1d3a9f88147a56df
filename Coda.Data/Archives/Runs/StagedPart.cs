using Coda.Data.Archives.Parts;

namespace Coda.Data.Archives.Runs;

/// <summary>A part that is written under a temporary name and does not count yet.</summary>
/// <param name="Part">The part.</param>
/// <param name="Path">The temporary name.</param>
/// <param name="Rows">The number of its rows.</param>
public sealed record StagedPart(RunPart Part, string Path, long Rows);
