namespace Coda.Data.Scoring;

/// <summary>A score in time along one trajectory.</summary>
/// <param name="Trajectory">The trajectory.</param>
/// <param name="Steps">The first step of each block, ascending; of a short record a block is a step. [block]</param>
/// <param name="Sums">The score's sum over each block. [block]</param>
/// <param name="Counts">How many values are in it: states, or observations. [block]</param>
public sealed record TrajectorySeries(int Trajectory, IReadOnlyList<long> Steps, IReadOnlyList<double> Sums, IReadOnlyList<long> Counts);
