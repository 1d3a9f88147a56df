namespace Coda.Data.Archives.Import;

/// <summary>What to do with several values for one site at one step.</summary>
public enum DuplicateRule
{
    /// <summary>Stop, and name two of the rows.</summary>
    Error,

    /// <summary>
    /// Take their mean, weighted by 1/σ² where each has a σ of its own: Σ(y/σ²) / Σ(1/σ²), whose σ is 1/√Σ(1/σ²), as of independent errors.
    /// Where one number serves for all, it stays.
    /// </summary>
    Mean,
}
