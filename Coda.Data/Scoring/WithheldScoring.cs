using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>Scores analyses and forecasts where there is no truth: against the observations that were withheld from every input.</summary>
public static class WithheldScoring
{
    /// <summary>The name of the root mean square misfit, the noise of the observations included.</summary>
    public const string Misfit = "root-mean-square-misfit";

    /// <summary>
    /// RMSE, bias and misfit against withheld observations, by lead: √(mean (H(x) - y)² - mean σ²) over all of them, the mean of H(x) - y, and √(mean (H(x) - y)²).
    /// </summary>
    /// <param name="states">Analyses or forecasts, sorted by (trajectory, step, lead).</param>
    /// <param name="archive">The observations.</param>
    /// <param name="request">Layout and margin; its scores and sites are not used.</param>
    /// <returns>Sorted by score and lead; RMSE is 0 where noise alone explains the misfit, which tells estimates apart even there.</returns>
    /// <exception cref="ArgumentException">Nothing is withheld, no error is known, H does not apply to the states, or none can be scored.</exception>
    public static IReadOnlyList<ScoreResult> Score(IEnumerable<StateBlock> states, IObservationArchive archive, ScoreRequest? request = null)
    {
        request ??= new ScoreRequest();
        var description = archive.Description;
        if (description.Withheld.Fraction == 0)
        {
            throw new ArgumentException("Expected an archive with withheld observations, got one without; make or import it with a share withheld.");
        }

        var steps = description.Steps.Widen(-request.Margin, -request.Margin);
        var sums = new SortedDictionary<int, ScoreSum>();
        var ops = new BufferAlgebra<float>();
        var withheld = new ObservationWindow(archive, ObservationSubset.Withheld);
        ObservationOperator? h = null;
        foreach (var block in states)
        {
            request.Cancellation.ThrowIfCancellationRequested();
            h ??= ObservationOperator.Catalog.Create(description.Operator, request.Layout ?? LayoutMatch.Of(description, block.StateSize));
            if (!sums.TryGetValue(block.Lead, out var sum))
            {
                sums.Add(block.Lead, sum = new ScoreSum());
            }

            Add(sum, block, withheld, h.Apply(ops, ops.From(block.States.Span, block.Count, block.StateSize)).Span, steps, description.Sigma);
            ops.Recycle();
        }

        return Results(sums, new TimeAxis(description.StepLength));
    }

    private static void Add(ScoreSum sum, StateBlock block, ObservationWindow withheld, ReadOnlySpan<float> estimates, StepRange steps, double? sigma)
    {
        var first = block.FirstStep + block.Lead;
        var (stretch, offset) = withheld.At(block.Trajectory, block.FirstStep, new StepRange(first, first + block.Count));
        for (var i = 0; i < estimates.Length; i++)
        {
            if (stretch.Mask[offset + i] != 0 && steps.Contains(block.FirstStep + (i / stretch.SiteCount)))
            {
                var deviation = stretch.Sigma?[offset + i] ?? sigma
                    ?? throw new ArgumentException("Expected an archive with the observations' standard error (sigma), got none; import it with one.");
                sum.Add(block.Trajectory, (double)estimates[i] - stretch.Values[offset + i], deviation * deviation);
            }
        }
    }

    private static IReadOnlyList<ScoreResult> Results(SortedDictionary<int, ScoreSum> sums, TimeAxis time)
    {
        var scored = sums.Where(s => s.Value.Count > 0).ToList();
        if (scored.Count == 0)
        {
            throw new ArgumentException("Expected at least one withheld observation within the margins, got none; take a smaller margin or withhold a larger share.");
        }

        return
        [
            .. scored.Select(s => Result(RootMeanSquareError.Name, s.Key, s.Value, s.Value.Root())),
            .. scored.Select(s => Result(Bias.Name, s.Key, s.Value, s.Value.Mean())),
            .. scored.Select(s => Result(Misfit, s.Key, s.Value, s.Value.RootMeanSquare())),
        ];

        ScoreResult Result(string score, int lead, ScoreSum sum, (double Value, double? Deviation) result) =>
            new(score, ScoredSites.Withheld, lead, time.TimeOf(lead), result.Value, result.Deviation, sum.Trajectories, sum.Count);
    }
}
