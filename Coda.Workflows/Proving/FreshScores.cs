using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Workflows.Scoring;

namespace Coda.Workflows.Proving;

/// <summary>Measures what a model's card says of its analyses again, on records that nobody has seen.</summary>
/// <param name="model">The model.</param>
/// <param name="seed">The seed of the records.</param>
/// <param name="records">How many.</param>
/// <param name="steps">The number of steps of each, without its ends.</param>
/// <param name="workers">The number of workers; 0 for one on each core.</param>
internal sealed class FreshScores(OnnxModel model, ulong seed, int records, int steps, int workers)
{
    private const string Forced = "records of its kind need forcing, which the card does not have";
    private const string Unknown = "the card does not say on what kind of simulated record it was measured";
    private const string Validation = "validation";

    /// <summary>The number of steps at each end of a record that are not scored.</summary>
    /// <param name="card">The model's card.</param>
    /// <param name="nowcast">Whether analyses look back only.</param>
    public static int MarginOf(ModelCard card, bool nowcast = false) => Math.Max(card.ScoredOn?.Margin ?? 0, nowcast ? 0 : card.HalfWidth);

    /// <summary>Measures them.</summary>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Those that could be, and why the others could not, by name.</returns>
    public (IReadOnlyList<ProvenScore> Scores, SortedDictionary<string, string> NotMeasured) Run(CancellationToken cancellation)
    {
        var card = model.Card;
        var found = new SortedDictionary<string, ScoreResult>(StringComparer.Ordinal);
        if (WhyNot(card) is null)
        {
            foreach (var nowcast in (bool[])[false, true])
            {
                foreach (var (name, squares) in Measured(card, card.ScoredOn!, nowcast, cancellation))
                {
                    found.TryAdd(name, squares);
                }
            }
        }

        // Bonferroni: each has its share of the probability that one of them lies outside by chance.
        var level = 1 - ((1 - ProvenScore.Level) / Math.Max(1, found.Count));
        return ([.. found.Select(f => Beside(f.Key, card.Scores[f.Key], f.Value, level))], new(
            card.Scores.Keys.Where(name => !found.ContainsKey(name)).ToDictionary(name => name, name => name == Validation
                ? "the loss on the held-out tenth of its training record" : WhyNot(card) ?? "it is none of the errors of analyses against a truth"),
            StringComparer.Ordinal));
    }

    private string? WhyNot(ModelCard card) => card.Forcing is { Count: > 0 } ? Forced
        : card.ScoredOn is not { System: not null, ObservingNetwork: not null, Sigma: not null } ? Unknown
        : !model.Has(ModelRoles.Analysis) ? "it is not of a network of windows"
        : null;

    private List<(string Name, ScoreResult Squares)> Measured(ModelCard card, ScoredOn on, bool nowcast, CancellationToken cancellation)
    {
        var note = new TableNote { LookAhead = nowcast ? 0 : card.HalfWidth };
        var wanted = card.Scores.Keys.Where(name => name.StartsWith("analysis RMSE", StringComparison.Ordinal)
            && name.EndsWith(", looking back only", StringComparison.Ordinal) == nowcast).ToHashSet();
        if (wanted.Count == 0)
        {
            return [];
        }

        var margin = MarginOf(card, nowcast);
        var twin = new TwinExperiment
        {
            System = on.System!, Integrator = card.Integrator, Operator = on.Operator, ObservingNetwork = on.ObservingNetwork!, Sigma = on.Sigma!.Value,
            Errors = card.Errors, Fields = card.Fields, StepLength = card.StepLength, TrajectoryCount = records, StepCount = steps + (2 * margin), Seed = seed,
        };
        var archive = new MemoryArchive(twin.Describe(), twin.Observations());
        var method = new NetworkMethod(new AnalysisContext(archive, model), new NetworkMethod.Options { Nowcast = nowcast });
        List<(string, ScoreResult)> scores = [];
        foreach (var by in (ScoreBy[])[ScoreBy.Lead, ScoreBy.Field])
        {
            var request = new ScoreRequest { Margin = margin, By = by, Cancellation = cancellation, Scores = [new(MeanSquareError.Name)] };
            var states = method.Analyze(archive, new AnalysisRequest { Workers = workers, Cancellation = cancellation });
            foreach (var result in TruthScoring.Score(states, twin.Truth(), archive, request).Where(r => r.Sites == ScoredSites.All))
            {
                if (ModelScores.NameOf(result with { Score = RootMeanSquareError.Name }, ArchiveTable.Analyses, note) is { } name && wanted.Remove(name))
                {
                    scores.Add((name, result));
                }
            }

            if (wanted.Count == 0)
            {
                break;
            }
        }

        return scores;
    }

    // Of squares, whose means over records are means over all; the ends are roots, as the card's value is.
    private ProvenScore Beside(string name, double card, ScoreResult squares, double level)
    {
        var on = model.Card.ScoredOn!;
        double? others = on is { Records: { } many, Steps: { } each } ? many * each * squares.Trajectories / squares.Count : null;
        var (low, high) = RepeatedMean.Interval(squares.Value, squares.Deviation ?? 0, squares.Trajectories, level, others);
        return new(name, card, Math.Sqrt(squares.Value), Math.Sqrt(Math.Max(0, low)), Math.Sqrt(high), squares.Trajectories);
    }
}
