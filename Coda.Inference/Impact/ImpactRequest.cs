using Coda.Data.Foundation;

namespace Coda.Inference.Impact;

/// <summary>How observations are weighed.</summary>
public sealed record ImpactRequest
{
    /// <summary>The steps from an analysis to the forecast that verifies it, at least 0.</summary>
    public int Lead { get; init; } = 10;

    /// <summary>The probes by which influences are estimated (M. F. Hutchinson, Commun. Stat. Simul. Comput. 18, 1989); by default each is computed exactly, by
    /// a solve of its own.</summary>
    public int? Probes { get; init; }

    /// <summary>Whether sites for one more observation are weighed.</summary>
    public bool Targets { get; init; }

    /// <summary>The standard deviation of the error of one more observation; by default that of the site's own.</summary>
    public double? TargetSigma { get; init; }

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="ArgumentException">A number out of range, all faults at once.</exception>
    public void Check() => new Faults("impact")
        .Require(Lead >= 0, nameof(Lead), "at least 0", Lead)
        .Require(Probes is null or >= 1, nameof(Probes), "at least 1", Probes)
        .Require(TargetSigma is null or (> 0 and < double.PositiveInfinity), nameof(TargetSigma), "a finite number greater than 0", TargetSigma)
        .ThrowIfAny();
}
