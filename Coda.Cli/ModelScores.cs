using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;

namespace Coda.Cli;

/// <summary>Writes scores into a model's card and README.</summary>
internal static class ModelScores
{
    /// <summary>Adds the scores of the model's analyses or forecasts, in place of those of the same name.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="table">What was scored.</param>
    /// <param name="results">Its scores.</param>
    /// <param name="scoredOn">The kind of record.</param>
    public static ModelCard Record(string folder, ArchiveTable table, IReadOnlyList<ScoreResult> results, ScoredOn scoredOn)
    {
        folder = ReleasedModels.Find(folder);
        using var held = ModelLock.Await(folder);
        var card = ModelFolder.ReadCard(folder);
        var scores = new SortedDictionary<string, double>(card.Scores, StringComparer.Ordinal);
        foreach (var result in results.Where(r => r.Score == RootMeanSquareError.Name && r.Sites is ScoredSites.All or ScoredSites.Withheld))
        {
            var name = table == ArchiveTable.Analyses ? "analysis RMSE" : FormattableString.Invariant($"forecast RMSE, lead {result.LeadTime}");
            scores[result.Sites == ScoredSites.Withheld ? $"{name} (withheld observations)" : name] = result.Value;
        }

        card = card with { Scores = scores, ScoredOn = scoredOn };
        CodaJson.Write(Path.Combine(folder, ModelFolder.Card), card);
        ModelReadme.Write(folder, card);
        return card;
    }
}
