namespace Coda.Workflows.Proving;

/// <summary>A score of a model's card, measured again on fresh records.</summary>
/// <param name="Name">Its name in the card.</param>
/// <param name="Card">What the card says.</param>
/// <param name="Fresh">What came of the fresh records, all together.</param>
/// <param name="Low">The least that the mean over as many other records is, with the level's probability.</param>
/// <param name="High">The greatest.</param>
/// <param name="Records">How many records there were.</param>
public sealed record ProvenScore(string Name, double Card, double Fresh, double Low, double High, int Records)
{
    /// <summary>The probability of the interval.</summary>
    public const double Level = 0.99;

    /// <summary>Whether the card's value lies in the interval.</summary>
    public bool IsWithin => Card >= Low && Card <= High;
}
