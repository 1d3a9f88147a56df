namespace Coda.Data.Archives;

/// <summary>One observation, as a tidy table has it.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="Step">The model step.</param>
/// <param name="Site">The operator's index.</param>
/// <param name="Value">The observed value.</param>
/// <param name="Sigma">The standard deviation of its error; <see langword="null"/> where it has none of its own.</param>
public readonly record struct ObservationRow(int Trajectory, long Step, int Site, float Value, float? Sigma = null);
