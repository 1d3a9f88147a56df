using Coda.Classical.Variational.Costs;
using Coda.Data.Dynamics;

namespace Coda.Classical.Variational.Stretches;

/// <summary>The variances of the model's error that a stretch is smoothed with.</summary>
/// <param name="First">q of the first pass.</param>
/// <param name="Last">q of the last passes.</param>
/// <param name="Factor">What q is multiplied by from pass to pass.</param>
/// <param name="Retry">q of a second start.</param>
/// <param name="Relaxed">The last q of a stretch that fails with that asked for.</param>
internal readonly record struct ModelErrors(double First, double Last, double Factor, double Retry, double Relaxed)
{
    private const double TypicalVariance = 10; // of states for which the numbers below were found, those of Lorenz-96
    private const double UsualFactor = 0.1;
    private const int LastPasses = 2; // that are left for the last q
    private const double MostFirst = 1e-2;
    private const double RetryVariance = 1e-2;
    private const double RelaxedVariance = 1e-3;

    /// <summary>Those of a stretch: where there are no matrices in proportion to the states' variance, for fields have units.</summary>
    /// <param name="settings">What is asked for.</param>
    /// <param name="states">The first guess. [time, space]</param>
    /// <param name="layout">The states' layout.</param>
    /// <param name="departure">The mean square of what the first guess departs from the model by, as which the first pass takes it.</param>
    public static ModelErrors Of(StretchSettings settings, ReadOnlySpan<double> states, StateLayout layout, double departure)
    {
        var unit = settings.MatrixFree is null ? 1 : TrajectoryPrior.Of(states, layout, null).Variances.Average() / TypicalVariance;
        var last = settings.Variance ?? (settings.UsualVariance * unit);
        var first = settings.InitialVariance ?? Math.Max(Math.Max(last, departure), Math.Min(100 * last, MostFirst * unit));
        var factor = settings.MatrixFree is null
            ? UsualFactor : Math.Min(UsualFactor, (1 - 1e-9) * Math.Pow(last / first, 1.0 / Math.Max(1, settings.Passes - LastPasses)));
        return new(first, last, factor, RetryVariance * unit, Math.Max(RelaxedVariance * unit, last));
    }
}
