using System.Text.Json;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;

namespace Coda.Workflows.Scoring;

/// <summary>Writes scores into a model's card and README.</summary>
public static class ModelScores
{
    /// <summary>Adds the scores of the model's analyses or forecasts, in place of those of the same name.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="table">What was scored.</param>
    /// <param name="results">Its scores.</param>
    /// <param name="note">What the estimates say of themselves; forecasts are named by what their starts had seen.</param>
    /// <param name="scoredOn">The kind of record.</param>
    public static ModelCard Record(string folder, ArchiveTable table, IReadOnlyList<ScoreResult> results, TableNote note, ScoredOn scoredOn)
    {
        folder = ReleasedModels.Find(folder);
        using var held = ModelLock.Await(folder);
        var card = ModelFolder.ReadCard(folder);
        var scores = new SortedDictionary<string, double>(card.Scores, StringComparer.Ordinal);
        foreach (var result in results.Where(r => r.Sites is (ScoredSites.All or ScoredSites.Withheld) && r.Part?.Site is null))
        {
            if (NameOf(result, table, note) is { } name)
            {
                scores[name] = result.Value;
            }

            // An error that is not resolved leaves no older one standing beside the new misfit.
            if (result.Error is { IsResolved: false })
            {
                scores.Remove(NameOf(result with { Score = RootMeanSquareError.Name }, table, note)!);
            }
        }

        card = card with { Scores = scores, ScoredOn = Sized(scoredOn, table, results, card.ScoredOn) };
        CodaJson.WriteWithDigest(Path.Combine(folder, ModelFolder.Card), card);
        ModelReadme.Write(folder, card);
        return card;
    }

    // How many records, of how many steps, is said of analyses; scores of forecasts on the same kind of record leave it as it is.
    private static ScoredOn Sized(ScoredOn kind, ArchiveTable table, IReadOnlyList<ScoreResult> results, ScoredOn? before)
    {
        if (table == ArchiveTable.Analyses)
        {
            return results.FirstOrDefault(r => r is { Sites: ScoredSites.All, Count: > 0, Trajectories: > 0 }) is { } all
                ? kind with { Records = all.Trajectories, Steps = all.Count / (double)all.Trajectories } : kind;
        }

        return before is not null && Text(before with { Records = null, Steps = null }) == Text(kind) ? before : kind;

        static string Text(ScoredOn on) => JsonSerializer.Serialize(on, CodaJson.Options);
    }

    /// <summary>The name of a score in cards; nothing for one that they do not have.</summary>
    /// <param name="result">The score.</param>
    /// <param name="table">What was scored.</param>
    /// <param name="note">What the estimates say of themselves.</param>
    internal static string? NameOf(ScoreResult result, ArchiveTable table, TableNote note)
    {
        var score = result.Score switch
        {
            RootMeanSquareError.Name => "RMSE",
            WithheldScoring.Misfit => "misfit",
            WithheldScoring.MisfitRatio => "misfit over sigma",
            _ => null,
        };
        score = score is not null && result.Part is { } part ? $"{score} of {part.Field}" : score;
        var of = table == ArchiveTable.Analyses
            ? $"analysis {score}{(note.Kind == StartKind.Past ? ", looking back only" : "")}"
            : FormattableString.Invariant($"forecast {score}, lead {result.LeadTime}, from analyses that {note.Describe()}");
        return score is null ? null : result.Sites == ScoredSites.Withheld ? $"{of} (withheld observations)" : of;
    }
}
