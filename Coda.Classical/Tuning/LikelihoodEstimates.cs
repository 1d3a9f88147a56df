using Coda.Data.Foundation;

namespace Coda.Classical.Tuning;

/// <summary>Parameters of a system at which the innovations of a filter are likeliest (<see cref="LikelihoodEstimation"/>).</summary>
public sealed record LikelihoodEstimates
{
    /// <summary>The parameters, in the order in which they were asked for; their standard errors are the larger ones of curvature and of the scatter of the
    /// windows' scores.</summary>
    public required IReadOnlyList<FittedNumber> Parameters { get; init; }

    /// <summary>The variance of the model's error in one step, estimated with them: that of fields that are observed, and that of those that never are, where
    /// there are any.</summary>
    public required IReadOnlyList<FittedNumber> ModelErrorVariances { get; init; }

    /// <summary>The correlations of the parameters. [parameter][parameter]</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Correlations { get; init; }

    /// <summary>The number of windows.</summary>
    public required int Windows { get; init; }

    /// <summary>The steps of a window.</summary>
    public required int WindowSteps { get; init; }

    /// <summary>The first steps of each, which do not count.</summary>
    public required int MarginSteps { get; init; }

    /// <summary>The mean cost after each pass: minus the logarithm of the likelihood of an observation but for a constant. [pass]</summary>
    public required IReadOnlyList<double> Course { get; init; }

    /// <summary>The mean square of innovations over what spread and observation error allow: about 1 where the model is right.</summary>
    public required double Consistency { get; init; }

    /// <summary>The number of windows in which the filter loses the truth, which have no say.</summary>
    public required int Lost { get; init; }

    /// <summary>Whether the passes came to rest.</summary>
    public required bool HasConverged { get; init; }

    /// <summary>The system with the estimates as its options.</summary>
    public required Component System { get; init; }
}
