using System.Text.Json.Serialization;

namespace Coda.Workflows.Proving;

/// <summary>A score of a model's card, measured again on fresh records.</summary>
/// <param name="Name">Its name in the card.</param>
/// <param name="Card">What the card says.</param>
/// <param name="Fresh">What came of the fresh records, all together.</param>
/// <param name="Low">The least that the mean over the card's records is. With the level's probability all scores together lie in their intervals.</param>
/// <param name="High">The greatest that it is.</param>
/// <param name="Records">How many records there were.</param>
public sealed record ProvenScore(string Name, double Card, double Fresh, double Low, double High, int Records)
{
    private const double MostShare = 0.25;

    /// <summary>The probability of the intervals of all scores of a card together.</summary>
    public const double Level = 0.99;

    /// <summary>Whether the interval is so narrow that the card's value tells something: to each side a quarter of what fresh records gave, at most.</summary>
    [JsonIgnore]
    public bool IsTelling => High - Low <= 2 * MostShare * Fresh;

    /// <summary>Whether the card's value lies in the interval.</summary>
    public bool IsWithin => Card >= Low && Card <= High;
}
