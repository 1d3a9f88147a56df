using Coda.Classical.Correlations;
using Coda.Classical.Numerics;
using Coda.Classical.Observed;

namespace Coda.Classical.Variational.Windows;

/// <summary>How windows that start from a filter's analyses are solved.</summary>
/// <param name="Covariance">B, the covariance of the error of a forecast of one step from the filter's analysis.</param>
/// <param name="Noise">The variance of the observations' errors.</param>
internal sealed record WindowSettings(ICovariance Covariance, ErrorVariance Noise)
{
    /// <summary>The forcing of the record, where the model has one.</summary>
    public RecordForcing? Forcing { get; init; }

    /// <summary>The most Gauss-Newton steps at the whole window.</summary>
    public int Steps { get; init; } = 15;

    /// <summary>The most at each part that it is extended from.</summary>
    public int StepsOfExtension { get; init; } = 2;

    /// <summary>The steps by which a window is extended; nothing for all at once.</summary>
    public int? Extension { get; init; }

    /// <summary>The predicted decrease of the cost below which a Gauss-Newton step is the last.</summary>
    public double Tolerance { get; init; } = 5;

    /// <summary>The misfit, sampling error aside, that makes analyses doubtful.</summary>
    public double MaximumMisfit { get; init; } = 1.5;

    /// <summary>How far the equations of a step are solved.</summary>
    public ConjugateGradientSettings Solver { get; init; } = new();

    /// <summary>Whether the model is computed in single precision.</summary>
    public bool IsSingle { get; init; }
}
