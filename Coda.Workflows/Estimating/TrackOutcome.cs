using Coda.Classical.Variational.Cycles;

namespace Coda.Workflows.Estimating;

/// <summary>Parameters followed through a record.</summary>
/// <param name="Parameters">Their names.</param>
/// <param name="Windows">What was known at each window's end, sorted by (trajectory, step).</param>
public sealed record TrackOutcome(IReadOnlyList<string> Parameters, IReadOnlyList<ParameterWindowReport> Windows)
{
    /// <summary>The system with the mean over trajectories of the values at their ends, as the options of methods and commands take it (option system);
    /// nothing where a parameter has no option of its own.</summary>
    public Coda.Data.Foundation.Component? System { get; init; }
}
