namespace Coda.Data.Coverage;

/// <summary>Which entries of a state a band is for.</summary>
public enum CoveredSites
{
    /// <summary>Those whose site is observed at some steps of the record, at this step or not.</summary>
    Observed,

    /// <summary>Those whose site no analysis has an observation of, ever: calibrated by denial.</summary>
    NeverObserved,
}
