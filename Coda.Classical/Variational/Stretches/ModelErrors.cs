using Coda.Classical.Variational.Costs;
using Coda.Data.Dynamics;

namespace Coda.Classical.Variational.Stretches;

/// <summary>The variances of the model's error that a stretch is smoothed with.</summary>
/// <param name="First">q of the first pass.</param>
/// <param name="Last">q of the last passes.</param>
/// <param name="Retry">q of a second start.</param>
/// <param name="Relaxed">The last q of a stretch that fails with that asked for.</param>
internal readonly record struct ModelErrors(double First, double Last, double Retry, double Relaxed)
{
    private const double TypicalVariance = 10; // of states for which the numbers below were found, those of Lorenz-96
    private const double MostFirst = 1e-2;
    private const double RetryVariance = 1e-2;
    private const double RelaxedVariance = 1e-3;

    /// <summary>Those of a stretch: where there are no matrices in proportion to the states' variance, for fields have units.</summary>
    /// <param name="settings">What is asked for.</param>
    /// <param name="states">The first guess. [time, space]</param>
    /// <param name="layout">The states' layout.</param>
    public static ModelErrors Of(StretchSettings settings, ReadOnlySpan<double> states, StateLayout layout)
    {
        var unit = settings.MatrixFree is null ? 1 : TrajectoryPrior.Of(states, layout, null).Variances.Average() / TypicalVariance;
        var last = settings.Variance ?? (settings.UsualVariance * unit);
        return new(
            settings.InitialVariance ?? Math.Max(last, Math.Min(100 * last, MostFirst * unit)), last, RetryVariance * unit, Math.Max(RelaxedVariance * unit, last));
    }
}
