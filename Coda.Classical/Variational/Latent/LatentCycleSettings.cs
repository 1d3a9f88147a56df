using Coda.Classical.Observed;

namespace Coda.Classical.Variational.Latent;

/// <summary>How a trajectory is covered by windows, and what is known before each.</summary>
/// <param name="Climatology">The background of the first window, and C.</param>
/// <param name="Noise">The variance of the observations' errors.</param>
internal sealed record LatentCycleSettings(LatentClimatology Climatology, ErrorVariance Noise)
{
    /// <summary>The steps of a window.</summary>
    public int WindowSteps { get; init; } = 1;

    /// <summary>The steps by which windows move on.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>The steps of a window after the first of those whose analyses are taken from it.</summary>
    public int Ahead { get; init; }

    /// <summary>β, the share of C in every background's covariance but the first.</summary>
    public double Scale { get; init; }

    /// <summary>ρ, the factor of what is carried on of the last window's covariance.</summary>
    public double Carried { get; init; }

    /// <summary>The most steps towards a minimum.</summary>
    public int Iterations { get; init; } = 3;

    /// <summary>Twice the cost over the number of observations, sampling error aside, above which a minimum is sought again with the climatology's
    /// covariance.</summary>
    public double MaximumMisfit { get; init; } = 1.2;

    /// <summary>Whether what the decoder leaves of a state is kept beside it.</summary>
    public bool KeepsResidual { get; init; } = true;

    /// <summary>The forcing of the record, where the model has one.</summary>
    public RecordForcing? Forcing { get; init; }
}
