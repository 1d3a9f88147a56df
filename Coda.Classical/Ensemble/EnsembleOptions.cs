using Coda.Data.Foundation;
using Coda.Inference.Assimilation;

namespace Coda.Classical.Ensemble;

/// <summary>What all ensemble methods can be told.</summary>
public abstract record EnsembleOptions : ForecastingOptions
{
    /// <summary>The ensemble's size N, at least 2.</summary>
    public int Members { get; init; } = 40;

    /// <summary>The factor on the analyzed anomalies at each step with observations, at least 1.</summary>
    [Tuned(1, 1.002, 1.004, 1.007, 1.01, 1.02, 1.04, 1.06)]
    public double Inflation { get; init; } = 1;

    /// <summary>The seed of the first ensemble, of perturbed observations and of rotations.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Where the first ensemble comes from.</summary>
    public EnsembleStart Start { get; init; }

    /// <summary>The steps that the first ensemble is advanced before it is used; of a free run, those before its first state is taken.</summary>
    public int SpinUpSteps { get; init; } = 2000;

    /// <summary>The steps from one state of a free run to the next that is taken; by default three decorrelation times, found from the run.</summary>
    public int? SnapshotSteps { get; init; }

    /// <summary>
    /// The analyses of a trajectory, from its first on, in which the prior is also inflated where recent innovations are larger than spread and observation
    /// errors allow, as after a start from climatology; all of them by default, 0 for the filter as published. Not where a filter finds its own inflation or
    /// iterates.
    /// </summary>
    public int? WarmUp { get; init; }

    /// <summary>What may help a filter that loses the truth.</summary>
    internal virtual string Cure => "Take more members, a larger inflation or a localized filter (letkf), or start elsewhere with another seed.";

    /// <inheritdoc/>
    public override Faults Check(string method) => base.Check(method)
        .Require(Members >= 2, nameof(Members), "at least 2, for an ensemble of one has no spread", Members)
        .Require(Inflation is >= 1 and < double.PositiveInfinity, nameof(Inflation), "a number of at least 1", Inflation)
        .Require(SpinUpSteps >= 0, nameof(SpinUpSteps), "at least 0", SpinUpSteps)
        .Require(SnapshotSteps is null or >= 1, nameof(SnapshotSteps), "at least 1", SnapshotSteps)
        .Require(SnapshotSteps is null || Start == EnsembleStart.FreeRun, nameof(SnapshotSteps), "none without start=freeRun", SnapshotSteps)
        .Require(WarmUp is null or >= 0, nameof(WarmUp), "at least 0", WarmUp);
}
