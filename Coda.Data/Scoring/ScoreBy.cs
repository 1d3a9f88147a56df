namespace Coda.Data.Scoring;

/// <summary>What scores are taken apart by; by lead they always are.</summary>
public enum ScoreBy
{
    /// <summary>By lead alone; fields of different units are scored apart all the same.</summary>
    Lead,

    /// <summary>By field of the state.</summary>
    Field,

    /// <summary>By site; against a truth, by entry of the state.</summary>
    Site,
}
