namespace Coda.Workflows.Weighing;

/// <summary>What forecasts are held against when observations are weighed.</summary>
public enum VerifyingKind
{
    /// <summary>The observations that are withheld from every input.</summary>
    Withheld,

    /// <summary>Analyses of the verified step, such as a smoother's.</summary>
    Analysis,

    /// <summary>The truth of a twin experiment.</summary>
    Truth,
}
