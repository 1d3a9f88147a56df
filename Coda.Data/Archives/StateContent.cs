namespace Coda.Data.Archives;

/// <summary>What to read of a table of states besides trajectory and step.</summary>
[Flags]
public enum StateContent
{
    /// <summary>Trajectories and steps only.</summary>
    None = 0,

    /// <summary>The states.</summary>
    State = 1,

    /// <summary>Their spread, where the table has one.</summary>
    Spread = 2,

    /// <summary>The half-widths of their bands, where the table has them.</summary>
    Band = 4,

    /// <summary>Everything.</summary>
    All = State | Spread | Band,
}
