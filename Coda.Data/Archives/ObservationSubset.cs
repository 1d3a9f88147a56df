namespace Coda.Data.Archives;

/// <summary>Which of an archive's observations to read.</summary>
public enum ObservationSubset
{
    /// <summary>Those that analyses and training may use.</summary>
    Input,

    /// <summary>Those that are kept for scoring.</summary>
    Withheld,

    /// <summary>Both.</summary>
    All,
}
