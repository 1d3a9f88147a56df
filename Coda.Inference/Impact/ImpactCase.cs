using Coda.Data.Dynamics;

namespace Coda.Inference.Impact;

/// <summary>What the observations of one step were worth to the forecast from there.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="Step">The step k that they are of.</param>
/// <param name="Error">The error of the forecast from the analysis with them.</param>
/// <param name="ErrorWithout">That from the analysis without them, all others being there: data denial.</param>
/// <param name="Observations">Each of them.</param>
public sealed record ImpactCase(int Trajectory, long Step, double Error, double ErrorWithout, IReadOnlyList<ObservationImpact> Observations)
{
    /// <summary>The change of the error that they brought, as measured.</summary>
    public double Change => Error - ErrorWithout;

    /// <summary>The sum of their impacts, which is that change as far as the averaged gradients tell.</summary>
    public double Sum => Observations.Sum(o => o.Impact);

    /// <summary>Degrees of freedom for signal, the trace of H K over them.</summary>
    public double Signal => Observations.Sum(o => o.Influence);

    /// <summary>By how much one more observation at each site would lower the forecast's mean variance; empty where the method does not know how sure it is, or
    /// was not asked. [site]</summary>
    public IReadOnlyList<double> Targets { get; init; } = [];

    /// <summary>The case, if all of it is finite.</summary>
    /// <param name="lead">The forecasts' steps.</param>
    /// <exception cref="DivergenceException">A forecast or a sensitivity is not finite.</exception>
    internal ImpactCase Finite(int lead) =>
        double.IsFinite(Error) && double.IsFinite(ErrorWithout) && Observations.All(o => double.IsFinite(o.Impact) && double.IsFinite(o.Influence))
            && Targets.All(double.IsFinite) ? this : throw new DivergenceException(
                $"Impacts of step {Step} of trajectory {Trajectory}: expected forecasts of {lead} steps, and what they are held against, that are finite, "
                + "got others. Take a shorter lead, or better analyses.");
}
