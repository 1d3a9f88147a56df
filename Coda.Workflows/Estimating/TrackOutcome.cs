using Coda.Classical.Variational.Cycles;

namespace Coda.Workflows.Estimating;

/// <summary>Parameters followed through a record.</summary>
/// <param name="Corrected">What was followed: parameters, or weights of a trained model's correction, whose departures are told.</param>
/// <param name="Windows">What was known at each window's end, sorted by (trajectory, step).</param>
public sealed record TrackOutcome(IReadOnlyList<CorrectedEntry> Corrected, IReadOnlyList<ParameterWindowReport> Windows)
{
    /// <summary>The system with the mean over trajectories of the values at their ends, as the options of methods and commands take it (option system);
    /// nothing where a parameter has no option of its own, or the model is a trained one.</summary>
    public Coda.Data.Foundation.Component? System { get; init; }
}
