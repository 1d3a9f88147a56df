namespace Coda.Data.Archives;

/// <summary>Whether analyses have seen their own future, so that what starts from them is no forecast at the leads that they have seen.</summary>
public enum StartKind
{
    /// <summary>The table does not tell: an earlier version of Coda wrote it, or another program.</summary>
    Unknown,

    /// <summary>No: nowcasts, filters, a polish that looks back. A forecaster stands where they do.</summary>
    Past,

    /// <summary>Yes: smoothers, and networks that read both sides of a step.</summary>
    Smoothed,
}
