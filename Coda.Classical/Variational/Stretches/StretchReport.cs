using Coda.Data.Time;

namespace Coda.Classical.Variational.Stretches;

/// <summary>What happened to one stretch.</summary>
/// <param name="Trajectory">The trajectory.</param>
/// <param name="Steps">The steps whose analyses come from it.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Passes">All passes, those of failed starts included.</param>
/// <param name="Change">The root mean square change in the last pass.</param>
/// <param name="ModelErrorVariance">The q of the last pass.</param>
/// <param name="Misfit">Twice the cost over the number of observations; near 1 where the model, q and the observations' errors are right.</param>
/// <param name="WorstMisfit">The largest such value of any 50 steps.</param>
public sealed record StretchReport(
    int Trajectory, StepRange Steps, StretchOutcome Outcome, int Passes, double Change, double ModelErrorVariance, double Misfit, double WorstMisfit)
{
    /// <summary>Linear equations, of passes and of the spread, that conjugate gradients did not solve to their tolerance; with matrices such a pass is never
    /// the one that comes to rest.</summary>
    public int UnsolvedEquations { get; init; }

    /// <summary>The iterations of conjugate gradients in all passes; 0 where equations are solved directly.</summary>
    public int Iterations { get; init; }

    /// <summary>Without matrices: what the last pass lowered twice the cost by, over the number of observations.</summary>
    public double? Decrease { get; init; }

    /// <summary>The posterior's covariance of the last entries of the state, its mean over the stretch, where it was asked for and the stretch did not fail.
    /// [entry, entry]</summary>
    internal double[,]? Covariance { get; init; }

    /// <summary>ln (exp(-J) / √det J'') at the rest, J'' as if the model were linear: but for a constant, the logarithm of the posterior's share around it by
    /// Laplace's method. With matrices only, where the stretch did not fail.</summary>
    internal double? LogEvidence { get; init; }

    /// <summary>Whether the analyses are what was asked for.</summary>
    public bool IsSound => Outcome is StretchOutcome.Converged or StretchOutcome.Retried;
}
