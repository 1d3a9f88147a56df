namespace Coda.Data.Archives;

/// <summary>One analysis, as a row for programs that read records.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="Step">The model step.</param>
/// <param name="State">The state. [space]</param>
/// <param name="Spread">The standard deviation of each entry, where the method gives one. [space]</param>
public sealed record AnalysisRecord(int Trajectory, long Step, float[] State, float[]? Spread);
