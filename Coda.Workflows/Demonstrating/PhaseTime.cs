namespace Coda.Workflows.Demonstrating;

/// <summary>How long a stage took.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Seconds">Its time.</param>
/// <param name="IsReused">Whether an earlier run had finished it.</param>
public sealed record PhaseTime(string Stage, double Seconds, bool IsReused);
