using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;

namespace Coda.Inference.Forecasting;

/// <summary>Rollouts of models from the true states of a twin experiment, scored against the truth that follows;
/// and the marginal distributions of free runs.</summary>
/// <remarks>
/// Models may lack fields of the truth (a truncated model lacks the unresolved ones); they start from those that they have. Streams: a few blocks of the truth
/// are in memory at a time.
/// </remarks>
public sealed class Rollouts
{
    private readonly IObservationArchive _archive;
    private readonly Func<IEnumerable<StateBlock>> _truth;
    private readonly StateLayout _scored;
    private readonly RolloutRequest _request;
    private readonly StepRange _starts;
    private readonly int _startEvery;

    /// <summary>Chooses the starts.</summary>
    /// <param name="archive">What the truth is of.</param>
    /// <param name="truth">Opens the truth, sorted by (trajectory, step); read twice at a time.</param>
    /// <param name="scored">The fields that are scored; every model and the truth have them.</param>
    /// <param name="request">Which rollouts to run.</param>
    /// <exception cref="ArgumentException">The request makes no sense.</exception>
    public Rollouts(IObservationArchive archive, Func<IEnumerable<StateBlock>> truth, StateLayout scored, RolloutRequest request)
    {
        var description = archive.Description;
        request.Check(description.Steps.Count);
        (_archive, _truth, _scored, _request) = (archive, truth, scored, request);
        (_starts, _startEvery) = Spread(description, request.Starts, request.Leads[^1]);
    }

    /// <summary>The error by lead of forecasts from true states.</summary>
    /// <param name="model">What advances the states.</param>
    /// <returns>The RMSE over the scored fields, by lead.</returns>
    /// <exception cref="ArgumentException">The model's fields are not in the truth's, or its step is another.</exception>
    /// <exception cref="DivergenceException">A forecast is no longer finite.</exception>
    public IReadOnlyList<ScoreResult> Forecast(ForecastModel model)
    {
        var places = Places(model);
        var request = new ForecastRequest
        {
            Leads = _request.Leads, Starts = _starts, StartEvery = _startEvery, Workers = _request.Workers, Cancellation = _request.Cancellation,
            Forcing = ForcingSeries.Of(model.Forcing, _archive),
        };
        var kept = LayoutMatch.Places(_scored, model.Layout);
        var forecasts = Forecasts.Run(model, Chosen(_request.Starts).Select(b => b.Select(places)), request).Select(b => b.Select(kept));
        return TruthScoring.Score(forecasts, _truth(), _archive, new ScoreRequest
        {
            Scores = [new Component(RootMeanSquareError.Name)], Layout = _scored, Cancellation = _request.Cancellation,
        });
    }

    /// <summary>The marginal distribution of long runs of a model.</summary>
    /// <param name="model">What advances the states.</param>
    /// <exception cref="ArgumentException">The model's fields are not in the truth's, or its step is another.</exception>
    /// <exception cref="DivergenceException">The run is no longer finite.</exception>
    public MarginalDistribution Marginal(ForecastModel model)
    {
        var places = Places(model);
        var (range, every) = Spread(_archive.Description, _request.Runs, 0);
        var starts = from block in Chosen(_request.Runs).Select(b => b.Select(places))
                     from row in Enumerable.Range(0, block.Count)
                     where range.Contains(block.FirstStep + row) && (block.FirstStep + row - range.Start) % every == 0
                     select block.States.Slice(row * block.StateSize, block.StateSize);
        var kept = LayoutMatch.Places(_scored, model.Layout);
        var run = FreeRun.Run(model, [.. starts.Take(_request.Runs)], _request.RunSteps, _request.RunSteps / 10, _request.Cancellation,
            ForcingSeries.Of(model.Forcing, _archive));
        return MarginalDistribution.Of(run.Select(b => b.Select(kept)), _request.BinWidth);
    }

    /// <summary>The marginal distribution of the truth itself, over all of its states.</summary>
    public MarginalDistribution Marginal()
    {
        var places = LayoutMatch.Places(_scored, _archive.Description.Layout);
        return MarginalDistribution.Of(Watched().Select(b => b.Select(places)), _request.BinWidth);
    }

    // As many starts in each trajectory; of more trajectories than starts, every n-th.
    private static (StepRange Starts, int Every) Spread(ArchiveDescription archive, int starts, int greatestLead)
    {
        var each = (starts + (long)archive.TrajectoryCount - 1) / archive.TrajectoryCount;
        var possible = archive.Steps.Count - greatestLead;
        var every = (int)Math.Clamp(possible / each, 1, int.MaxValue);
        return (new StepRange(archive.Steps.Start, archive.Steps.Start + Math.Min(possible, each * every)), every);
    }

    private IEnumerable<StateBlock> Chosen(int starts)
    {
        var stride = Math.Max(1, _archive.Description.TrajectoryCount / starts);
        return Watched().Where(b => b.Trajectory % stride == 0 && b.Trajectory / stride < starts);
    }

    private IEnumerable<StateBlock> Watched()
    {
        foreach (var block in _truth())
        {
            _request.Cancellation.ThrowIfCancellationRequested();
            yield return block;
        }
    }

    private int[] Places(ForecastModel model)
    {
        var step = _archive.Description.StepLength;
        new Faults($"Rollouts of '{model.Name}'")
            .Require(TimeAxis.IsSameStep(model.StepLength, step), nameof(model.StepLength), $"the truth's, {step}", model.StepLength)
            .ThrowIfAny();
        return LayoutMatch.Places(model.Layout, _archive.Description.Layout);
    }
}
