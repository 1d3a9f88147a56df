namespace Coda.Workflows.Proving;

/// <summary>A part that was computed again.</summary>
/// <param name="Name">Its file in the archive.</param>
/// <param name="Sha256">The SHA-256 that archive.json has of it.</param>
/// <param name="Again">The SHA-256 of what came of the same observations, method and model.</param>
public sealed record ProvenPart(string Name, string Sha256, string Again);
