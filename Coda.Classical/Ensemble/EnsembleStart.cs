namespace Coda.Classical.Ensemble;

/// <summary>Where the first ensemble of a filter comes from.</summary>
public enum EnsembleStart
{
    /// <summary>The forecast model's own climatology: its reference state, perturbed and spun up. A trained hybrid has no reference state; there it is
    /// <see cref="Observations"/>.</summary>
    Model,

    /// <summary>Independent Gaussian numbers with the mean and variance of the observations at each site, spun up.</summary>
    Observations,

    /// <summary>States of one free run of the model after its spin-up, some decorrelation times apart: for models that forget slowly, of which perturbed states
    /// would take as long a spin-up each. For models without forcing.</summary>
    FreeRun,
}
