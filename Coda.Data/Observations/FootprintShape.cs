namespace Coda.Data.Observations;

/// <summary>How the points of a footprint count.</summary>
public enum FootprintShape
{
    /// <summary>All within the radius alike.</summary>
    Disc,

    /// <summary>By a Gaussian of their distance, whose standard deviation is the radius.</summary>
    Gaussian,
}
