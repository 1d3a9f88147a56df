using Coda.Data.Time;

namespace Coda.Inference.Assimilation;

/// <summary>Something about a trajectory's analyses that whoever uses them must know.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="Steps">The steps that it is about.</param>
/// <param name="Text">What it is, with numbers, and what may help; without the trajectory.</param>
public sealed record AnalysisWarning(int Trajectory, StepRange Steps, string Text)
{
    /// <summary>Which kind it is, for machines.</summary>
    public string Kind { get; init; } = "inconsistent-innovations";
}
