using Coda.Data.Foundation;

namespace Coda.Data.Scoring.Differences;

/// <summary>How differences are told apart from chance.</summary>
public sealed record DifferenceRequest
{
    /// <summary>How the error of the mean difference is estimated.</summary>
    public DifferenceEstimator Estimator { get; init; }

    /// <summary>How often two methods that are the same may be called different; in (0, 0.5].</summary>
    public double Level { get; init; } = 0.05;

    /// <summary>How often a difference of the size that was found shall be told apart by as many more records as are named; in [0.5, 1).</summary>
    public double Power { get; init; } = 0.8;

    /// <summary>The number of samples of the bootstrap, at least 100.</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>The seed of the bootstrap.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    internal void Require() => new Faults(nameof(DifferenceRequest))
        .Require(Level is > 0 and <= 0.5, nameof(Level), "more than 0 and at most 0.5", Level)
        .Require(Power is >= 0.5 and < 1, nameof(Power), "at least 0.5 and less than 1", Power)
        .Require(Samples >= 100, nameof(Samples), "at least 100", Samples)
        .ThrowIfAny();
}
