namespace Coda.Data.Archives.Import;

/// <summary>What to do with several values for one site at one step.</summary>
public enum DuplicateRule
{
    /// <summary>Stop, and name two of the rows.</summary>
    Error,

    /// <summary>Take their mean (and the root mean square of their sigmas, as if their errors were fully correlated).</summary>
    Mean,
}
