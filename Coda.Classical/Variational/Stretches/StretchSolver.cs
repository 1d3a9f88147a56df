using Coda.Classical.Correlations;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Tangents;
using Coda.Classical.Variational.Tiles;
using Coda.Data.Archives;
using Coda.Data.Archives.Parts;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Stretches;

/// <summary>One worker's smoothing of stretches: passes until they come to rest, other starts where they do not, and what is left where those fail
/// too.</summary>
internal sealed class StretchSolver : IDisposable
{
    private const int MisfitSteps = 50;
    private const int GrowthSteps = 50;
    private const double RetryFactor = 0.3;
    private const int MorePasses = 3;

    private readonly LinearizedModel _linearized;
    private readonly StretchSettings _settings;
    private readonly StateLayout _layout;
    private readonly ITrajectorySmoother _smoother;
    private readonly ITangentMap _model;
    private readonly LastEntries? _last;
    private ModelErrors _errors;

    /// <summary>Makes a worker.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">How to iterate.</param>
    public StretchSolver(LinearizedModel model, StretchSettings settings)
    {
        (_linearized, _settings, _layout) = (model, settings, model.Layout);
        _last = settings.LastEntries > 0 ? new LastEntries(settings.LastEntries) : null;
        _smoother = settings.MatrixFree is { } equations ? new CorrelatedSmoother(model, equations, settings.IsSingle)
            : settings.Tiles is { } tiles ? new TiledSmoother(model, tiles) : new TrajectorySmoother(model)
            {
                Last = _last,
                Shares = settings.Shares,
            };
        _model = model.StartTangent();
    }

    /// <summary>Smooths a stretch; where that fails, what lies between its gaps.</summary>
    /// <param name="stretch">The stretch.</param>
    /// <returns>The analyses of the wanted steps in order, and what happened: one block, or one for each part of a stretch that had to be cut.</returns>
    public IReadOnlyList<(StateBlock Block, StretchReport Report)> Solve(Stretch stretch)
    {
        var terms = Terms(stretch);
        var whole = new StretchIteration(stretch, terms, PriorOf(stretch, terms));
        _errors = ModelErrors.Of(_settings, stretch.FirstGuess, _layout, _settings.MatrixFree is null ? 0 : Departure(whole));
        var pieces = ObservedBlocks.Of(whole.Observations, stretch.Steps);
        var outcome = pieces.Count > 1 ? Try(whole) : Start(whole);
        return outcome != StretchOutcome.Failed || pieces.Count <= 1
            ? [Result(whole, outcome)]
            : [.. pieces.Where(piece => stretch.Wanted.Intersect(piece.Whole).Count > 0).SelectMany(piece => Solve(whole, piece))];
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose()
    {
        _smoother.Dispose();
        _model.Dispose();
    }

    // A piece ends where a gap does: a forecast goes as far into it as its passes come to rest, and the first guess is what is left.
    private IEnumerable<(StateBlock Block, StretchReport Report)> Solve(StretchIteration whole, ObservedBlock piece)
    {
        var run = Part(whole, piece.Observed);
        var outcome = piece.Observed.Count == 0 ? StretchOutcome.Failed : Start(run);
        var end = piece.Observed.End;
        if (outcome != StretchOutcome.Failed)
        {
            (run, end) = Extended(whole, run, piece);
        }

        if (run.Stretch.Wanted.Count > 0)
        {
            yield return Result(run, outcome, piece.Observed.End);
        }

        var rest = Part(whole, new StepRange(end, piece.Whole.End));
        if (rest.Stretch.Wanted.Count > 0)
        {
            yield return Result(rest, StretchOutcome.Failed);
        }
    }

    private (StretchIteration Run, long End) Extended(StretchIteration whole, StretchIteration run, ObservedBlock piece)
    {
        var gap = piece.Whole.End - piece.Observed.End;
        for (var length = gap; length > 0; length /= 2)
        {
            var longer = Part(whole, new StepRange(piece.Observed.Start, piece.Observed.End + length), run);
            run.States.CopyTo(longer.States, 0);
            Forecast(longer, run.States.Length / _layout.Size, longer.States.Length / _layout.Size);
            for (var pass = 0; pass < _settings.Passes && (pass == 0 || double.IsFinite(longer.Change)); pass++)
            {
                longer.Pass(_smoother, longer.States);
                if (longer.IsAtRest(_settings))
                {
                    return (longer, piece.Observed.End + length);
                }
            }
        }

        // The factors of the last pass, which the spread is made from, are to be this run's again.
        if (gap > 0)
        {
            run.Pass(_smoother, run.States);
        }

        return (run, piece.Observed.End);
    }

    private StretchIteration Part(StretchIteration whole, StepRange steps, StretchIteration? before = null)
    {
        var first = (int)(steps.Start - whole.Stretch.Steps.Start) * _layout.Size;
        var part = whole.Stretch with
        {
            Steps = steps,
            Wanted = whole.Stretch.Wanted.Intersect(steps),
            FirstGuess = whole.Stretch.FirstGuess[first..(first + ((int)steps.Count * _layout.Size))],
        };
        var terms = Terms(part);
        var prior = _settings.MatrixFree is null ? whole.Prior.From(first / _layout.Size) : PriorOf(part, terms, whole.Prior.ModelErrors);
        return new StretchIteration(part, terms, prior, before);
    }

    // What a filter made of the observations before is known, and with it those of its own step; at the record's start, and after a gap, it does not yet say
    // how well.
    private bool HasPast(Stretch stretch) => _settings.GuessErrors is not null && stretch.Steps.Count > 0
        && stretch.Steps.Start > _settings.FirstUsed && stretch.Steps.Start == stretch.Observations.Steps.Start;

    private ObservationTerms Terms(Stretch stretch) =>
        new(stretch.Observations, stretch.Steps, _settings.Noise, _settings.Forcing, HasPast(stretch) ? 1 : 0);

    private Prior PriorOf(Stretch stretch, ObservationTerms terms, ICovariance? states = null)
    {
        if (_settings.MatrixFree is null)
        {
            var prior = _settings.Prior ?? TrajectoryPrior.Of(stretch.FirstGuess, _layout, _settings.PriorVariance, _settings.Parameters);
            return _settings.Draws?.Of(prior, stretch.Observations.Trajectory, stretch.Steps) ?? prior;
        }

        states ??= TrajectoryPrior.Covariance(stretch.FirstGuess, _layout, _settings.PriorVariance, _settings.IsCorrelated);
        if (stretch.Steps.Count == 0)
        {
            return new Prior(new double[_layout.Size], states, states);
        }

        var errors = _settings.GuessErrors is { } past ? GuessErrors(stretch, terms, states, past) : states;
        return new Prior(stretch.FirstGuess[.._layout.Size], errors, states);
    }

    // Of a filter's first state: by its spread and by what is observed at the stretch's start, whichever is more.
    private ICovariance GuessErrors(Stretch stretch, ObservationTerms terms, ICovariance states, SpectralCovariance past)
    {
        var errors = !HasPast(stretch) ? states : _settings.IsCorrelated ? past : new IndependentErrors([.. past.Variances]);
        errors = TrajectoryPrior.OfSpread(errors, _layout, stretch.Spread);
        var excess = FirstInnovations.Excess(_linearized, _model, stretch.FirstGuess, terms, errors);
        return excess > 1 ? TrajectoryPrior.Times(errors, [.. Enumerable.Repeat(Math.Sqrt(excess), _layout.Size)]) : errors;
    }

    private (StateBlock Block, StretchReport Report) Result(StretchIteration run, StretchOutcome outcome, long? observedEnd = null)
    {
        var cost = _smoother.Cost(run.States, run.Observations, run.Prior, run.Variance);
        var block = Block(run, outcome, observedEnd ?? run.Stretch.Steps.End);
        return (block, new StretchReport(
            run.Stretch.Observations.Trajectory, run.Stretch.Wanted, outcome, run.Passes, run.Change, run.Variance,
            cost.Misfit(0, cost.Count) / _settings.ExpectedMisfit, Worst(cost).Misfit)
        {
            UnsolvedEquations = run.Unsolved,
            Iterations = run.Iterations,
            Decrease = run.Decrease,
            LogEvidence = outcome != StretchOutcome.Failed && _smoother is TrajectorySmoother dense
                ? (-0.5 * cost.Misfit(0, cost.Count) * Math.Max(1, cost.Observed(0, cost.Count))) - (0.5 * dense.LogDeterminant) : null,
            Covariance = outcome == StretchOutcome.Failed ? null : _last?.Mean(),
        });
    }

    private StretchOutcome Start(StretchIteration run)
    {
        var outcome = Try(run);
        if (outcome != StretchOutcome.Failed)
        {
            return outcome;
        }

        if (Grow(run))
        {
            return StretchOutcome.Retried;
        }

        run.Restart();
        if (Lower(run, _errors.Retry, RetryFactor, MorePasses * _settings.Passes, _errors.Relaxed))
        {
            return StretchOutcome.Relaxed;
        }

        run.Restart();
        return StretchOutcome.Failed;
    }

    // From the first guess, with a larger model error first in the second try.
    private StretchOutcome Try(StretchIteration run)
    {
        if (Lower(run, _errors.First, _errors.Factor, _settings.Passes))
        {
            return StretchOutcome.Converged;
        }

        run.Restart();
        if (Lower(run, Math.Max(_errors.Retry, _errors.First), RetryFactor, MorePasses * _settings.Passes))
        {
            return StretchOutcome.Retried;
        }

        run.Restart();
        return StretchOutcome.Failed;
    }

    // Passes with q lowered by a factor each, until they come to rest at the last.
    private bool Lower(StretchIteration run, double variance, double factor, int passes, double? last = null)
    {
        var target = last ?? _errors.Last;
        for (var pass = 0; pass < passes; pass++)
        {
            _settings.Cancellation.ThrowIfCancellationRequested();
            run.Variance = Math.Max(target, variance);
            run.Pass(_smoother, run.States);
            variance *= factor;
            if (!double.IsFinite(run.Change))
            {
                return false;
            }

            if (run.Variance <= target && run.IsAtRest(_settings))
            {
                return Fits(run);
            }
        }

        return false;
    }

    // The quasi-static way (Pires, Vautard and Talagrand, 1996): what is smoothed grows, each new part starting from a forecast.
    private bool Grow(StretchIteration run)
    {
        var (size, count) = (_layout.Size, run.States.Length / _layout.Size);
        run.Variance = _errors.Last;
        for (var end = Math.Min(2 * GrowthSteps, count); ; end = Math.Min(end + GrowthSteps, count))
        {
            var part = run.States.AsSpan(0, end * size);
            for (var pass = 0; pass < (end == count ? MorePasses * _settings.Passes : 2); pass++)
            {
                _settings.Cancellation.ThrowIfCancellationRequested();
                run.Pass(_smoother, part);
                if (!double.IsFinite(run.Change))
                {
                    return false;
                }

                if (run.IsAtRest(_settings))
                {
                    break;
                }
            }

            if (end == count)
            {
                return run.IsAtRest(_settings) && Fits(run);
            }

            Forecast(run, end, Math.Min(end + GrowthSteps, count));
        }
    }

    // Rows from one on become the model's run from the row before. [time, space]
    private void Forecast(StretchIteration run, int from, int to)
    {
        var (states, size) = (run.States, _layout.Size);
        for (var k = from; k < to; k++)
        {
            _model.Apply(states.AsSpan((k - 1) * size, size), states.AsSpan(k * size, size), 1, run.Observations.Forcing(k - 1));
        }
    }

    // The mean square of what the first guess departs from the model by in a step.
    private double Departure(StretchIteration run)
    {
        var (states, next, squares) = (run.Stretch.FirstGuess, new double[_layout.Size], 0.0);
        for (var k = 1; k < states.Length / _layout.Size; k++)
        {
            _model.Apply(states.AsSpan((k - 1) * _layout.Size, _layout.Size), next, 1, run.Observations.Forcing(k - 1));
            squares += Math.Pow(System.Numerics.Tensors.TensorPrimitives.Distance<double>(states.AsSpan(k * _layout.Size, _layout.Size), next), 2);
        }

        return squares / states.Length;
    }

    private bool Fits(StretchIteration run)
    {
        var (misfit, observed) = Worst(_smoother.Cost(run.States, run.Observations, run.Prior, run.Variance));
        return misfit <= _settings.MaximumMisfit + (5 * Math.Sqrt(2.0 / Math.Max(1, observed)));
    }

    // Of parts of 50 steps; a last part that is shorter counts with the one before it.
    private (double Misfit, int Observed) Worst(TrajectoryCost cost)
    {
        var worst = (Misfit: 0.0, Observed: 0);
        for (int first = 0, length; first < cost.Count; first += length)
        {
            length = cost.Count - first < 2 * MisfitSteps ? cost.Count - first : MisfitSteps;
            var misfit = cost.Misfit(first, length) / _settings.ExpectedMisfit;
            worst = misfit <= worst.Misfit ? worst : (misfit, cost.Observed(first, length));
        }

        return worst;
    }

    private StateBlock Block(StretchIteration run, StretchOutcome outcome, long observedEnd)
    {
        var size = _layout.Size;
        var (first, length) = ((int)(run.Stretch.Wanted.Start - run.Stretch.Steps.Start) * size, (int)run.Stretch.Wanted.Count * size);
        var isForecast = observedEnd < run.Stretch.Steps.End;
        var variances = _settings.HasSpread || isForecast ? Variances(run, outcome) : [];
        if (isForecast)
        {
            GiveUp(run, variances, (int)(observedEnd - run.Stretch.Steps.Start));
        }

        var narrow = new float[length];
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(run.States.AsSpan(first, length), narrow);
        return new StateBlock(
            run.Stretch.Observations.Trajectory, run.Stretch.Wanted.Start, size, narrow,
            _settings.HasSpread ? Array.ConvertAll(variances[first..(first + length)], v => (float)Math.Sqrt(v)) : default(ReadOnlyMemory<float>?));
    }

    // Where a forecast into a gap knows less than the prior does, what is left is the first guess; before, no entry's spread is larger than the prior's.
    private void GiveUp(StretchIteration run, double[] variances, int from)
    {
        var size = _layout.Size;
        var most = run.Prior.Variances.Average();
        for (var k = from; k < run.States.Length / size; k++)
        {
            if (!(System.Numerics.Tensors.TensorPrimitives.Sum<double>(variances.AsSpan(k * size, size)) <= most * size))
            {
                run.Stretch.FirstGuess.AsSpan(k * size).CopyTo(run.States.AsSpan(k * size));
                FillPrior(run, variances.AsSpan(k * size));
                return;
            }

            var row = variances.AsSpan(k * size, size);
            System.Numerics.Tensors.TensorPrimitives.Min(row, run.Prior.Variances, row);
        }
    }

    private double[] Variances(StretchIteration run, StretchOutcome outcome)
    {
        var variances = new double[run.States.Length];
        if (outcome == StretchOutcome.Failed)
        {
            FillPrior(run, variances);
        }
        else
        {
            run.Unsolved += _smoother.Variances(variances);
        }

        return variances;
    }

    private static void FillPrior(StretchIteration run, Span<double> variances)
    {
        for (var i = 0; i < variances.Length; i++)
        {
            variances[i] = run.Prior.Variances[i % run.Prior.Variances.Length];
        }
    }
}
