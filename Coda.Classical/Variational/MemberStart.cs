namespace Coda.Classical.Variational;

/// <summary>Where a member of the randomized posterior starts from.</summary>
public enum MemberStart
{
    /// <summary>The first guess's analyses of the member's own perturbed observations, near one mode.</summary>
    PerturbedObservations,

    /// <summary>A free run of the model of its own, so that members find whatever modes there are; the prior is the model's climatology.</summary>
    FreeRun,

    /// <summary>A path of a particle filter through the whole record, so that modes have the shares of members that their particles have; the prior is the
    /// model's climatology. In few dimensions, for records of one stretch.</summary>
    Particles,
}
