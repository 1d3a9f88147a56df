namespace Coda.Classical.Tuning;

/// <summary>Parameters estimated with the states of a record, stretch by stretch.</summary>
/// <remarks>
/// An estimate is the mean over stretches, and its standard error their scatter over the root of their number; of a single stretch, the posterior's spread.
/// What is left of the prior is that of a stretch, since each of them starts from it: the mean of many is no less drawn to the start than one.
/// </remarks>
public sealed record ParameterEstimates
{
    /// <summary>The parameters, in the order in which they were asked for.</summary>
    public required IReadOnlyList<FittedNumber> Parameters { get; init; }

    /// <summary>The correlations of the parameters in the posterior of a stretch. [parameter][parameter]</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Correlations { get; init; }

    /// <summary>The number of stretches that the estimates come from.</summary>
    public required int Stretches { get; init; }

    /// <summary>The number of those left out because they did not converge.</summary>
    public required int Unsound { get; init; }
}
