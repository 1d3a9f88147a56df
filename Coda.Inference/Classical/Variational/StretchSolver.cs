using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;

namespace Coda.Inference.Classical.Variational;

/// <summary>One worker's smoothing of stretches: passes until they come to rest, other starts where they do not, and what is left where those fail too.</summary>
internal sealed class StretchSolver : IDisposable
{
    private const int MisfitSteps = 50;
    private const int GrowthSteps = 50;
    private const double RetryVariance = 1e-2;
    private const double RetryFactor = 0.3;
    private const double RelaxedVariance = 1e-3;
    private const int MorePasses = 3;

    private readonly StretchSettings _settings;
    private readonly StateLayout _layout;
    private readonly ITrajectorySmoother _smoother;
    private readonly Jacobian _model;

    /// <summary>Makes a worker.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">How to iterate.</param>
    public StretchSolver(VariationalModel model, StretchSettings settings)
    {
        (_settings, _layout) = (settings, model.Layout);
        (_smoother, _model) = (settings.Tiles is { } tiles ? new TiledSmoother(model, tiles) : new TrajectorySmoother(model), model.StartModel());
    }

    /// <summary>Smooths a stretch.</summary>
    /// <param name="stretch">The stretch.</param>
    /// <returns>The analyses of the wanted steps, and what happened.</returns>
    public (StateBlock Block, StretchReport Report) Solve(Stretch stretch)
    {
        var run = new Run(stretch, new ObservationTerms(stretch.Observations, stretch.Steps, _settings.Noise), Climate.Of(stretch.FirstGuess, _layout, _settings.PriorVariance));
        var outcome = Start(run);
        var cost = _smoother.Cost(run.States, run.Observations, run.Prior, run.Variance);
        var block = Block(run, outcome);
        var report = new StretchReport(
            stretch.Observations.Trajectory, stretch.Wanted, outcome, run.Passes, run.Change, run.Variance, cost.Misfit(0, cost.Count), Worst(cost).Misfit)
        {
            UnsolvedEquations = run.Unsolved,
            Iterations = run.Iterations,
        };
        return (block, report);
    }

    /// <summary>Frees the model's buffers.</summary>
    public void Dispose()
    {
        _smoother.Dispose();
        _model.Dispose();
    }

    private StretchOutcome Start(Run run)
    {
        if (Lower(run, _settings.InitialVariance, 0.1, _settings.Passes))
        {
            return StretchOutcome.Converged;
        }

        run.Restart();
        if (Lower(run, Math.Max(RetryVariance, _settings.InitialVariance), RetryFactor, MorePasses * _settings.Passes))
        {
            return StretchOutcome.Retried;
        }

        run.Restart();
        if (Grow(run))
        {
            return StretchOutcome.Retried;
        }

        run.Restart();
        if (Lower(run, RetryVariance, RetryFactor, MorePasses * _settings.Passes, Math.Max(RelaxedVariance, _settings.Variance)))
        {
            return StretchOutcome.Relaxed;
        }

        run.Restart();
        return StretchOutcome.Failed;
    }

    // Passes with q lowered by a factor each, until they come to rest at the last.
    private bool Lower(Run run, double variance, double factor, int passes, double? last = null)
    {
        var target = last ?? _settings.Variance;
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

            if (run.Variance <= target && run.IsAtRest(_settings.Tolerance))
            {
                return Fits(run);
            }
        }

        return false;
    }

    // The quasi-static way (Pires, Vautard and Talagrand, 1996): what is smoothed grows, each new part starting from a forecast.
    private bool Grow(Run run)
    {
        var (size, count) = (_layout.Size, run.States.Length / _layout.Size);
        run.Variance = _settings.Variance;
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

                if (run.IsAtRest(_settings.Tolerance))
                {
                    break;
                }
            }

            if (end == count)
            {
                return run.IsAtRest(_settings.Tolerance) && Fits(run);
            }

            for (var k = end; k < Math.Min(end + GrowthSteps, count); k++)
            {
                _model.Apply(run.States.AsSpan((k - 1) * size, size), run.States.AsSpan(k * size, size), 1);
            }
        }
    }

    private bool Fits(Run run)
    {
        var (misfit, observed) = Worst(_smoother.Cost(run.States, run.Observations, run.Prior, run.Variance));
        return misfit <= _settings.MaximumMisfit + (5 * Math.Sqrt(2.0 / Math.Max(1, observed)));
    }

    // Of parts of 50 steps; a last part that is shorter counts with the one before it.
    private static (double Misfit, int Observed) Worst(TrajectoryCost cost)
    {
        var worst = (Misfit: 0.0, Observed: 0);
        for (int first = 0, length; first < cost.Count; first += length)
        {
            length = cost.Count - first < 2 * MisfitSteps ? cost.Count - first : MisfitSteps;
            var misfit = cost.Misfit(first, length);
            worst = misfit <= worst.Misfit ? worst : (misfit, cost.Observed(first, length));
        }

        return worst;
    }

    private StateBlock Block(Run run, StretchOutcome outcome)
    {
        var size = _layout.Size;
        var first = (int)(run.Stretch.Wanted.Start - run.Stretch.Steps.Start) * size;
        var states = run.States.AsSpan(first, (int)run.Stretch.Wanted.Count * size);
        var narrow = new float[states.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(states, narrow);
        return new StateBlock(
            run.Stretch.Observations.Trajectory, run.Stretch.Wanted.Start, size, narrow, _settings.HasSpread ? Spread(run, outcome).AsMemory(first, states.Length) : default(ReadOnlyMemory<float>?));
    }

    private float[] Spread(Run run, StretchOutcome outcome)
    {
        var variances = new double[run.States.Length];
        if (outcome == StretchOutcome.Failed)
        {
            for (var i = 0; i < variances.Length; i++)
            {
                variances[i] = run.Prior.Variances[i % _layout.Size];
            }
        }
        else
        {
            run.Unsolved += _smoother.Variances(variances);
        }

        return Array.ConvertAll(variances, v => (float)Math.Sqrt(v));
    }

    /// <summary>What changes while one stretch is smoothed.</summary>
    private sealed class Run(Stretch stretch, ObservationTerms observations, Prior prior)
    {
        public Stretch Stretch { get; } = stretch;

        public ObservationTerms Observations { get; } = observations;

        public Prior Prior { get; } = prior;

        public double[] States { get; private set; } = [.. stretch.FirstGuess];

        public double Variance { get; set; }

        public double Change { get; private set; }

        public bool IsSolved { get; private set; }

        public int Passes { get; private set; }

        public int Unsolved { get; set; }

        public int Iterations { get; private set; }

        public bool IsAtRest(double tolerance) => IsSolved && Change <= tolerance * Prior.Scale;

        public void Restart() => States = [.. Stretch.FirstGuess];

        public void Pass(ITrajectorySmoother smoother, Span<double> states)
        {
            var pass = smoother.Pass(states, Observations, Prior, Variance);
            (Change, IsSolved) = (pass.Change, pass.IsSolved);
            (Passes, Unsolved, Iterations) = (Passes + 1, Unsolved + (pass.IsSolved ? 0 : 1), Iterations + pass.Iterations);
        }
    }
}
