namespace Coda.Data.Algebra;

/// <summary>What lies beyond the two ends of an axis of space.</summary>
public enum Padding
{
    /// <summary>The other end: the axis is a ring.</summary>
    Periodic,

    /// <summary>Zeros: a wall at which the field vanishes.</summary>
    Zero,

    /// <summary>The end's own entry again: a wall through which the field has no gradient.</summary>
    Edge,
}
