namespace Coda.Data.Archives.Import;

/// <summary>What the times of an import are.</summary>
internal enum TimeKind
{
    /// <summary>Numbers in the time unit.</summary>
    Number,

    /// <summary>Dates and times.</summary>
    Date,

    /// <summary>Dates and times that are written as one integer.</summary>
    DateDigits,

    /// <summary>Durations since step 0.</summary>
    Duration,
}
