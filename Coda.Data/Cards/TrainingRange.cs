using Coda.Data.Foundation;

namespace Coda.Data.Cards;

/// <summary>Whether a network was trained for records such as one that it is to analyze.</summary>
public static class TrainingRange
{
    /// <summary>What a network was not trained for in a record, a warning each; none where its analyses may be trusted.</summary>
    /// <param name="card">The model's card; cards of older versions say the errors of training alone.</param>
    /// <param name="record">The record's settings.</param>
    public static IEnumerable<ResultWarning> Warnings(ModelCard card, ObservingSettings record)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(record);
        var trained = card.TrainedFor ?? record with { LeastSigma = card.Sigma, LargestSigma = card.Sigma, LargestHole = 0 };
        return trained.Outside(record, card.ReadsSigma).Select(fault => new ResultWarning(
            "outside-training",
            $"Model '{card.Name}' meets what it was not trained for: {fault}. Its analyses may be far off, and their spread may not say so; "
            + "score them against withheld observations, polish them, or train a network for such records (reanalysis.settings)."));
    }
}
