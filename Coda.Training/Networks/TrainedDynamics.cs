using Coda.Data.Dynamics;

namespace Coda.Training.Networks;

/// <summary>The simulator of a task, for networks that know it.</summary>
/// <param name="Simulator">The simulator.</param>
/// <param name="Parameters">The values of all of its parameters at the start.</param>
/// <param name="Trained">The names of those that training may change.</param>
public sealed record TrainedDynamics(Simulator Simulator, IReadOnlyDictionary<string, double> Parameters, IReadOnlyList<string> Trained);
