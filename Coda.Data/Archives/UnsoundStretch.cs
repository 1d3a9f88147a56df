using Coda.Data.Time;

namespace Coda.Data.Archives;

/// <summary>Steps of a trajectory whose analyses are not what was asked for.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Fault">Why.</param>
public sealed record UnsoundStretch(int Trajectory, StepRange Steps, StretchFault Fault);
