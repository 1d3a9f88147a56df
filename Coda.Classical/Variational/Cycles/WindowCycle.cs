using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;
using Coda.Inference.Forecasting;

namespace Coda.Classical.Variational.Cycles;

/// <summary>One trajectory's windows in succession: the posterior of a window's last step is the prior of the next. Called by one thread.</summary>
internal sealed class WindowCycle : IDisposable
{
    private readonly CycleSettings _settings;
    private readonly TrajectorySmoother _smoother;
    private readonly ITangentMap _model;
    private readonly int _size;
    private Prior _prior;
    private bool _hasPast;

    /// <summary>Makes the memory of a trajectory.</summary>
    /// <param name="model">M and H of states that end with the parameters.</param>
    /// <param name="settings">How windows are smoothed.</param>
    public WindowCycle(LinearizedModel model, CycleSettings settings)
    {
        (_settings, _size, _prior) = (settings, model.Layout.Size, settings.First);
        _smoother = new TrajectorySmoother(model) { FinalInformation = new double[_size * _size] };
        _model = model.StartTangent();
    }

    /// <summary>Smooths a trajectory from the record's start.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="end">The step after the last to analyze.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <exception cref="DivergenceException">Not even a window of one step has a finite analysis.</exception>
    public IEnumerable<SmoothedWindow> Run(IObservationArchive archive, int trajectory, long end, CancellationToken cancellation) =>
        Run(archive, trajectory, new StepRange(archive.Description.Steps.Start, end), archive.Description.Steps.Start, null, cancellation);

    /// <summary>Smooths some steps of a trajectory.</summary>
    /// <param name="archive">The observations.</param>
    /// <param name="trajectory">The trajectory's number.</param>
    /// <param name="all">The steps.</param>
    /// <param name="first">The trajectory's first step.</param>
    /// <param name="known">What is known at the step before them (<see cref="Known"/>); nothing for the trajectory's first ones.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <exception cref="DivergenceException">Not even a window of one step has a finite analysis.</exception>
    public IEnumerable<SmoothedWindow> Run(
        IObservationArchive archive, int trajectory, StepRange all, long first, Prior? known, CancellationToken cancellation)
    {
        (_prior, _hasPast) = (known ?? _settings.First, known is not null);
        for (var start = all.Start; start < all.End;)
        {
            var steps = new StepRange(start, Math.Min(start + _settings.LengthFrom(first, start), all.End));
            foreach (var window in Smooth(archive, trajectory, steps, cancellation))
            {
                yield return window;
            }

            start = steps.End;
        }
    }

    /// <summary>What is known at the last window's end: the prior of the next.</summary>
    public Prior Known => _prior;

    /// <inheritdoc/>
    public void Dispose()
    {
        _smoother.Dispose();
        _model.Dispose();
    }

    // A window whose passes do not come to rest is two.
    private IEnumerable<SmoothedWindow> Smooth(IObservationArchive archive, int trajectory, StepRange steps, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Try(archive, trajectory, steps) is { } window)
        {
            return [window];
        }

        if (steps.Count == 1)
        {
            throw new DivergenceException($"cycled-smoother: trajectory {trajectory} diverged at step {steps.Start}: its analysis is no longer finite. "
                + "Take a larger modelErrorVariance, smaller deviations of the parameters, or a model with a shorter time step.");
        }

        var middle = steps.Start + (steps.Count / 2);
        return Smooth(archive, trajectory, new(steps.Start, middle), cancellation)
            .Concat(Smooth(archive, trajectory, new(middle, steps.End), cancellation));
    }

    private SmoothedWindow? Try(IObservationArchive archive, int trajectory, StepRange steps)
    {
        var known = _hasPast ? 1 : 0; // the last window's last step, with its observations
        var all = new StepRange(steps.Start - known, steps.End);
        var terms = new ObservationTerms(archive.ReadObservations(trajectory, all), all, _settings.Noise, _settings.Forcing, known);
        var states = Forecast(terms, (int)all.Count);
        var tolerance = _settings.Tolerance * _settings.First.Scale;
        var (passes, change) = (0, double.PositiveInfinity);
        while (passes < _settings.Passes && change > tolerance)
        {
            change = _smoother.Pass(states, terms, _prior, _settings.ModelErrorVariance).Change;
            passes++;
        }

        if (!double.IsFinite(change) || (change > tolerance && steps.Count > 1))
        {
            return null;
        }

        var cost = _smoother.Cost(states, terms, _prior, _settings.ModelErrorVariance);
        var variances = new double[states.Length];
        var information = _smoother.FinalInformation!.ToArray();
        _smoother.Variances(variances);
        _prior = new Prior(states[^_size..], variances[^_size..]) { Information = information };
        _hasPast = true;
        var first = known * _size;
        return new(steps, states[first..], variances[first..], passes, terms.Count == 0 ? double.NaN : cost.Misfit(0, cost.Count), terms.Count);
    }

    private double[] Forecast(ObservationTerms terms, int count)
    {
        var states = new double[count * _size];
        _prior.Mean.CopyTo(states, 0);
        for (var k = 1; k < count; k++)
        {
            _model.Apply(states.AsSpan((k - 1) * _size, _size), states.AsSpan(k * _size, _size), 1, terms.Forcing(k - 1));
        }

        return states;
    }
}
