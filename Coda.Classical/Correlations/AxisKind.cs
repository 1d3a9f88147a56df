namespace Coda.Classical.Correlations;

/// <summary>What fields do at the ends of an axis, and so which waves they consist of.</summary>
internal enum AxisKind
{
    /// <summary>Its ends are neighbours: sines and cosines of whole periods.</summary>
    Periodic,

    /// <summary>Fields are 0 at both ends: sines of half periods.</summary>
    Zero,

    /// <summary>Anything between walls: cosines of half periods.</summary>
    Free,
}
