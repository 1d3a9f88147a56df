using Coda.Data.Time;

namespace Coda.Classical.Variational.Cycles;

/// <summary>What was known of a trajectory's parameters at a window's end.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="Steps">The steps of the window.</param>
/// <param name="Values">The parameters' values at its last step, given all observations up to then. [parameter]</param>
/// <param name="Deviations">Their standard deviations. [parameter]</param>
/// <param name="Passes">The passes that the window took.</param>
/// <param name="Misfit">Twice the window's cost over the number of its observations, near 1 where model, errors and prior are right; NaN where it has
/// none.</param>
public sealed record ParameterWindowReport(
    int Trajectory, StepRange Steps, IReadOnlyList<double> Values, IReadOnlyList<double> Deviations, int Passes, double Misfit);
