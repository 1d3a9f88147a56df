namespace Coda.Workflows.Proving;

/// <summary>A fault that was injected into a copy.</summary>
/// <param name="Fault">What was done.</param>
/// <param name="File">To which file.</param>
/// <param name="Refusal">What the check said of it; nothing where it noticed nothing.</param>
public sealed record ProvenFault(string Fault, string File, string? Refusal);
