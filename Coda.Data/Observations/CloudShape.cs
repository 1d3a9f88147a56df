namespace Coda.Data.Observations;

/// <summary>What a cloud hides.</summary>
public enum CloudShape
{
    /// <summary>All within a radius of its centre.</summary>
    Disc,

    /// <summary>All within a distance of its centre along the last axis.</summary>
    Band,
}
