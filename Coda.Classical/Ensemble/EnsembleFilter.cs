namespace Coda.Classical.Ensemble;

/// <summary>The filters whose updates a smoother can carry back.</summary>
public enum EnsembleFilter
{
    /// <summary>The symmetric square root, <see cref="Ensemble.Etkf"/>.</summary>
    Etkf,

    /// <summary>Perturbed observations, <see cref="Ensemble.Enkf"/>.</summary>
    Enkf,

    /// <summary>Half the gain for the anomalies, <see cref="Ensemble.Denkf"/>.</summary>
    Denkf,

    /// <summary>The square root with inflation from the ensemble's finite size, <see cref="Ensemble.EnkfN"/>.</summary>
    EnkfN,

    /// <summary>Transforms that are local, <see cref="Ensemble.Letkf"/>.</summary>
    Letkf,

    /// <summary>Observations one after another, tapered by distance, <see cref="Ensemble.Eakf"/>.</summary>
    Eakf,
}
