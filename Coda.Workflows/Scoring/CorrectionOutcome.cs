using Coda.Data.Scoring;

namespace Coda.Workflows.Scoring;

/// <summary>What a learned correction came to.</summary>
/// <param name="Archive">The archive's directory.</param>
/// <param name="Model">The model's folder.</param>
/// <param name="Analyses">The directory of the archive with analyses, where there was one.</param>
/// <param name="Margin">The number of steps left out at each end of the record.</param>
/// <param name="Coupling">The correction beside the true coupling.</param>
/// <param name="Truth">The climatology of the truth.</param>
/// <param name="RandomStateError">The error of a true state drawn at random.</param>
/// <param name="Rollouts">Forecasts and free runs of each model: the truncated one, the hybrid, and the job's systems.</param>
public sealed record CorrectionOutcome(
    string Archive, string Model, string? Analyses, int Margin, CouplingScore Coupling, MarginalDistribution Truth, double RandomStateError,
    IReadOnlyList<RolledOutModel> Rollouts);
