using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Observations;
using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>Scores analyses and forecasts where there is no truth: against the observations that were withheld from every input.</summary>
public static class WithheldScoring
{
    /// <summary>The name of the root mean square misfit, the noise of the observations included.</summary>
    public const string Misfit = "root-mean-square-misfit";

    /// <summary>The name of the misfit's ratio to the root mean square σ of the observations: 1 where the estimate is as good as the truth.</summary>
    public const string MisfitRatio = "misfit-ratio";

    /// <summary>The name of the mean square misfit, by which estimates are compared pair by pair: of two, the observations' errors are the same, so that what
    /// the mean square misfits differ by is what the mean square errors do.</summary>
    public const string SquaredMisfit = "mean-square-misfit";

    /// <summary>
    /// Misfit, its ratio to σ, RMSE and bias against withheld observations, by lead: √(mean (H(x) - y)²) over all of them, that over √(mean σ²), √(mean (H(x) -
    /// y)² - mean σ²), and the mean of H(x) - y; on the scale of the errors (<see cref="ErrorScale"/>), as of logarithms where they are multiplicative.
    /// </summary>
    /// <param name="states">Analyses or forecasts, sorted by (trajectory, step, lead).</param>
    /// <param name="archive">The observations.</param>
    /// <param name="request">Layout, margin and parts; its scores and sites are not used.</param>
    /// <returns> In the order above, each sorted by lead. The misfit's <see cref="ScoreResult.Error"/> has the difference with its interval; where that does
    /// not resolve it, there is no RMSE.
    /// </returns>
    /// <exception cref="ArgumentException">Nothing is withheld, no error is known, H does not apply to the states, or none can be scored.</exception>
    public static IReadOnlyList<ScoreResult> Score(IEnumerable<StateBlock> states, IObservationArchive archive, ScoreRequest? request = null) =>
        Report(states, archive, request).Scores;

    /// <summary>As <see cref="Score"/>, with the calibration of estimates that have a spread, in the same pass; where H does more than select entries, there is
    /// none.</summary>
    /// <inheritdoc cref="Score" path="//param"/>
    /// <exception cref="ArgumentException">As in <see cref="Score"/>.</exception>
    public static ScoreReport Report(IEnumerable<StateBlock> states, IObservationArchive archive, ScoreRequest? request = null)
    {
        request ??= new ScoreRequest();
        var description = archive.Description;
        if (description.Withheld.Fraction == 0)
        {
            throw new ArgumentException("Expected an archive with withheld observations, got one without; make or import it with a share withheld.");
        }

        var steps = request.StepsOf(description);
        var (sums, parts) = (new SortedDictionary<(int Lead, int Part), Sums>(), ScoreParts.OfSites(description, request.By));
        var ops = new BufferAlgebra<float>();
        var withheld = new ObservationWindow(WorkingObservations.Of(archive), ObservationSubset.Withheld);
        var errors = description.ErrorModels();
        (ObservationOperator H, ObservationOperator? Selection)? site = null;
        foreach (var block in states)
        {
            request.Cancellation.ThrowIfCancellationRequested();
            var (h, selection) = site ??= Observe(description, request.Layout, block);
            var all = steps.Count * description.TrajectoryCount;
            var sum = Enumerable.Range(0, parts.Count).Select(part => SumOf(sums, (block.Lead, part), all, parts.Count, request.KeepsSeries)).ToArray();

            var estimates = h.Apply(ops, ops.From(block.States.Span, block.Count, block.StateSize));
            var spread = block.Spread is { } given ? selection?.Apply(ops, ops.From(given.Span, block.Count, block.StateSize)) : null;
            if (spread is not null)
            {
                ToScale(spread.Span, estimates.Span, errors);
            }

            Add(sum, parts.PartOf, block, withheld, estimates.Span, spread is null ? default : spread.Span, steps, description.Sigma);
            ops.Recycle();
        }

        return Results(sums, parts, new TimeAxis(description.StepLength));
    }

    /// <summary>Makes the spread of what is observed, once that of the value, one on the scale of the errors, in place.</summary>
    /// <param name="spread">The spread. [step, site]</param>
    /// <param name="estimates">What is observed, on the scale. [step, site]</param>
    /// <param name="errors">How errors meet the values: one for all sites, or one for each.</param>
    internal static void ToScale(Span<float> spread, ReadOnlySpan<float> estimates, IReadOnlyList<ErrorModel> errors)
    {
        for (var i = 0; i < spread.Length && (errors.Count > 1 || errors[0] != ErrorModel.Additive); i++)
        {
            var model = errors[i % errors.Count];
            spread[i] = (float)(spread[i] / model.Slope(model.FromScale(estimates[i])));
        }
    }

    private static Sums SumOf(SortedDictionary<(int Lead, int Part), Sums> sums, (int Lead, int Part) key, long steps, int parts, bool keepsSeries)
    {
        if (!sums.TryGetValue(key, out var sum))
        {
            sums.Add(key, sum = new Sums(MisfitSum.BlockLength(steps), keepsSeries ? new SeriesSum(steps, parts) : null));
        }

        return sum;
    }

    /// <summary>What is compared with observations, and H itself where it selects entries, whose spread is then that of what is observed.</summary>
    /// <param name="description">What the archive holds.</param>
    /// <param name="given">The layout of the states, where it is not the archive's.</param>
    /// <param name="block">The first states.</param>
    internal static (ObservationOperator H, ObservationOperator? Selection) Observe(ArchiveDescription description, StateLayout? given, StateBlock block)
    {
        var layout = given ?? LayoutMatch.Of(description, block.StateSize);
        var h = ObservationOperator.Catalog.Create(description.Operator, layout);
        return (WorkingOperator.OnValues(description.Operator, layout, description.ErrorModels()), h.IsSelection(block.StateSize) ? h : null);
    }

    private static void Add(
        Sums[] parts, int[] partOf, StateBlock block, ObservationWindow withheld, ReadOnlySpan<float> estimates, ReadOnlySpan<float> spread, StepRange steps,
        double? sigma)
    {
        var first = block.FirstStep + block.Lead;
        var (stretch, offset) = withheld.At(block.Trajectory, block.FirstStep, new StepRange(first, first + block.Count));
        for (var i = 0; i < estimates.Length; i++)
        {
            if (stretch.Mask[offset + i] != 0 && steps.Contains(block.FirstStep + (i / stretch.SiteCount)))
            {
                var deviation = stretch.Sigma?[offset + i] ?? sigma
                    ?? throw new ArgumentException("Expected an archive with the observations' standard error (sigma), got none; import it with one.");
                var sums = parts[partOf.Length > 0 ? partOf[i % stretch.SiteCount] : 0];
                var error = (double)estimates[i] - stretch.Values[offset + i];
                sums.Misfits.Add(block.Trajectory, first + (i / stretch.SiteCount), error, deviation * deviation);
                sums.Series?.Add(block.Trajectory, block.FirstStep + (i / stretch.SiteCount), error * error);
                if (!spread.IsEmpty)
                {
                    (sums.Calibration ??= new CalibrationSum()).Add(error, spread[i], deviation * deviation);
                }
            }
        }
    }

    private static ScoreReport Results(SortedDictionary<(int Lead, int Part), Sums> sums, ScoreParts parts, TimeAxis time)
    {
        var scored = sums.Where(s => s.Value.Misfits.Count > 0).Select(s => (s.Key, s.Value.Misfits, Error: s.Value.Misfits.Error())).ToList();
        if (scored.Count == 0)
        {
            throw new ArgumentException(
                "Expected at least one withheld observation within the margins, got none; take a smaller margin or withhold a larger share.");
        }

        return new ScoreReport(
            [
                .. scored.Select(s => Result(Misfit, s, s.Misfits.RootMeanSquare) with { Error = s.Error }),
                .. scored.Select(
                    s => Result(MisfitRatio, s, (s.Misfits.RootMeanSquare.Value / s.Misfits.Sigma, s.Misfits.RootMeanSquare.Deviation / s.Misfits.Sigma))),
                .. scored.Where(s => s.Error.IsResolved).Select(s => Result(RootMeanSquareError.Name, s, (s.Error.RootMeanSquareError!.Value, null))),
                .. scored.Select(s => Result(Bias.Name, s, s.Misfits.Mean)),
            ],
            [.. sums.Where(s => s.Value.Calibration is not null).Select(s => s.Value.Calibration!
                .Result(ScoredSites.Withheld, s.Key.Lead, time.TimeOf(s.Key.Lead)) with { Part = parts[s.Key.Part] })])
        {
            Series =
            [
                .. sums.Where(s => s.Value is { Series: not null, Misfits.Count: > 0 }).Select(s => new ScoreSeries(
                    SquaredMisfit, ScoredSites.Withheld, s.Key.Lead, time.TimeOf(s.Key.Lead), s.Value.Series!.Result()) { Part = parts[s.Key.Part] }),
            ],
        };

        ScoreResult Result(string score, ((int Lead, int Part) Key, MisfitSum Misfits, ErrorEstimate Error) of, (double Value, double? Deviation) result) =>
            new(score, ScoredSites.Withheld, of.Key.Lead, time.TimeOf(of.Key.Lead), result.Value, result.Deviation, of.Misfits.Trajectories, of.Misfits.Count)
            {
                Part = parts[of.Key.Part],
            };
    }

    // What is collected at one lead.
    private sealed class Sums(long blockLength, SeriesSum? series)
    {
        public SeriesSum? Series { get; } = series;

        public MisfitSum Misfits { get; } = new(blockLength);

        public CalibrationSum? Calibration { get; set; }
    }
}
