using Coda.Classical.Observed;
using Coda.Classical.Variational.Costs;

namespace Coda.Classical.Variational.Cycles;

/// <summary>How successive windows are smoothed.</summary>
/// <param name="First">What is known of state and parameters before the record.</param>
/// <param name="Noise">The variance of the observations' errors.</param>
/// <param name="ModelErrorVariance">q.</param>
internal sealed record CycleSettings(Prior First, ErrorVariance Noise, double ModelErrorVariance)
{
    /// <summary>The steps of a window.</summary>
    public int WindowSteps { get; init; } = 50;

    /// <summary>The first steps of a trajectory, which are windows of one step each: from there on longer ones have somewhere to start from.</summary>
    public int WarmUp { get; init; } = 200;

    /// <summary>The most passes over a window.</summary>
    public int Passes { get; init; } = 6;

    /// <summary>The root mean square change at which a window's passes have come to rest, as a share of the first prior's standard deviation.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>The forcing of the record, where the model has one.</summary>
    public RecordForcing? Forcing { get; init; }

    /// <summary>The most steps of the window that begins at a step.</summary>
    /// <param name="first">The trajectory's first step.</param>
    /// <param name="start">The step.</param>
    public int LengthFrom(long first, long start) => start - first < WarmUp ? 1 : WindowSteps;
}
