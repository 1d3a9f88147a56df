namespace Coda.Data.Scoring;

/// <summary>The sites that a score is taken over.</summary>
public enum ScoredSites
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Those with an observation at the step that is scored.</summary>
    Observed,

    /// <summary>Those without.</summary>
    Unobserved,

    /// <summary>The observations that were withheld from every input, in place of a truth.</summary>
    Withheld,
}
