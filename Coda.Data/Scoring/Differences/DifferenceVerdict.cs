namespace Coda.Data.Scoring.Differences;

/// <summary>What a paired difference says of an estimate beside the one that it is compared with.</summary>
public enum DifferenceVerdict
{
    /// <summary>Chance would explain the difference too often, or there is too little to tell.</summary>
    NotToldApart,

    /// <summary>The estimate's error is the smaller one.</summary>
    Better,

    /// <summary>The estimate's error is the greater one.</summary>
    Worse,
}
