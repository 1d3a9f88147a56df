using Coda.Data.Foundation;

namespace Coda.Classical.Tuning;

/// <summary>Parameters of a system that windows of a record share, estimated with the state at the start of each (<see cref="WindowEstimation"/>).</summary>
public sealed record WindowEstimates
{
    /// <summary>The parameters, in the order in which they were asked for; their standard errors are the larger ones of <see cref="CurvatureErrors"/> and
    /// <see cref="ScatterErrors"/>.</summary>
    public required IReadOnlyList<FittedNumber> Parameters { get; init; }

    /// <summary>The standard errors by the curvature of the cost: right where model and errors are what they are said to be. [parameter]</summary>
    public required IReadOnlyList<double> CurvatureErrors { get; init; }

    /// <summary>The standard errors by the scatter of the windows' gradients; nothing where there are fewer than two windows. [parameter]</summary>
    public required IReadOnlyList<double> ScatterErrors { get; init; }

    /// <summary>The correlations of the parameters in the posterior. [parameter][parameter]</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Correlations { get; init; }

    /// <summary>The number of windows that the estimates come from.</summary>
    public required int Windows { get; init; }

    /// <summary>The number of those left out because no trajectory of the model fits them.</summary>
    public required int Unsound { get; init; }

    /// <summary>The steps of a window.</summary>
    public required int WindowSteps { get; init; }

    /// <summary>The number of observations in the windows.</summary>
    public required int Observations { get; init; }

    /// <summary>Twice the cost over the number of observations: about 1 where model and errors are right.</summary>
    public required double Misfit { get; init; }

    /// <summary>The values after each round, in which the filter ran with those of the round before. [round][parameter]</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Rounds { get; init; }

    /// <summary>The Gauss-Newton passes of all rounds.</summary>
    public required int Passes { get; init; }

    /// <summary>Whether the passes of the last round came to rest.</summary>
    public required bool HasConverged { get; init; }

    /// <summary>The system with the estimates as its options.</summary>
    public required Component System { get; init; }
}
