using Coda.Data.Foundation;

namespace Coda.Data.Twins;

/// <summary>Where a twin experiment takes a series of forcing from; a pure function of the time.</summary>
/// <remarks>A subclass is one file: sealed, with a nested <c>Options</c> record. Immutable; safe to share.</remarks>
public abstract class ForcingSource
{
    /// <summary>Every source, by name.</summary>
    public static Catalog<ForcingSource> Catalog { get; } = new("forcing source");

    /// <summary>The last time at which there is a value.</summary>
    public virtual double End => double.PositiveInfinity;

    /// <summary>The value at a time.</summary>
    /// <param name="time">The time since step 0, in units of the system's time.</param>
    /// <param name="entry">Which of the series' values, from 0 on.</param>
    public abstract double At(double time, int entry);
}
