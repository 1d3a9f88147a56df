using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Time;
using Coda.Inference.Sessions;

namespace Coda.Inference.Assimilation;

/// <summary>An assimilation network on buffers of fixed shapes, which analyzes so many steps at a time.</summary>
/// <remarks>
/// What is loaded need not be whole: steps that the observations lack are unobserved. Rows do not affect each other. Not thread-safe: one for each worker;
/// several can run on one model at the same time.
/// </remarks>
public sealed class BoundNetwork : IDisposable
{
    private readonly ModelCard _card;
    private readonly BoundGraph _run;

    /// <summary>Allocates the buffers.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <param name="readsStretches">Whether consecutive steps are read as one stretch, or each through a window of its own.</param>
    /// <param name="steps">The number of steps that one run analyzes, at least 1.</param>
    /// <param name="precision">The precision of the convolutions; eight-bit integers for stretches only.</param>
    /// <exception cref="ModelMismatchException">The model lacks the form, or the precision.</exception>
    public BoundNetwork(OnnxModel model, bool readsStretches, int steps, NetworkPrecision precision = NetworkPrecision.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        (_card, ReadsStretches, Steps) = (model.Card, readsStretches, steps);
        var role = !readsStretches ? ModelRoles.Analysis : precision == NetworkPrecision.Int8 ? ModelRoles.AnalysisStretchInt8 : ModelRoles.AnalysisStretch;
        var window = (2 * _card.HalfWidth) + 1;
        HasSpread = _card.HasSpread(role);
        var state = new TensorBinding(ModelFolder.State, steps, _card.Layout.Size);
        var input = readsStretches
            ? new TensorBinding(ModelFolder.Observations, _card.InputChannels, steps + window - 1, _card.SiteCount)
            : new TensorBinding(ModelFolder.Observations, steps, _card.InputChannels, window, _card.SiteCount);
        _run = model.Bind(role, [input], HasSpread ? [state, state with { Name = ModelFolder.Spread }] : [state]);
    }

    /// <summary>Whether consecutive steps are read as one stretch.</summary>
    public bool ReadsStretches { get; }

    /// <summary>The number of steps that one run analyzes.</summary>
    public int Steps { get; }

    /// <summary>Whether the network gives a spread.</summary>
    public bool HasSpread { get; }

    /// <summary>The states after <see cref="Run"/>, valid until the next one. [step, space]</summary>
    public ReadOnlySpan<float> States => _run.Output(0);

    /// <summary>Their spread, or nothing. [step, space]</summary>
    public ReadOnlySpan<float> Spread => HasSpread ? _run.Output(1) : default;

    /// <summary>Loads the observations around all steps of a run in the stretch form.</summary>
    /// <param name="observations">The observations.</param>
    /// <param name="first">The first step to be analyzed.</param>
    /// <param name="sigma">The standard deviation of the errors of observations that have none of their own; by default that of training.</param>
    /// <exception cref="InvalidOperationException">The run reads windows.</exception>
    public void LoadStretch(ObservationStretch observations, long first, double? sigma = null)
    {
        Require(readsStretches: true);
        var steps = new StepRange(first, first + Steps).Widen(_card.HalfWidth, _card.HalfWidth);
        _card.Input(sigma).Fill(observations, steps, steps.End, _run.Input(0));
    }

    /// <summary>Loads the window of one row of a run in the window form.</summary>
    /// <param name="row">The row, below <see cref="Steps"/>.</param>
    /// <param name="observations">The observations.</param>
    /// <param name="centre">The step to be analyzed.</param>
    /// <param name="isNowcast">Whether observations after the centre are left out.</param>
    /// <param name="sigma">The standard deviation of the errors of observations that have none of their own; by default that of training.</param>
    /// <exception cref="InvalidOperationException">The run reads stretches.</exception>
    public void LoadWindow(int row, ObservationStretch observations, long centre, bool isNowcast = false, double? sigma = null)
    {
        Require(readsStretches: false);
        var input = _run.Input(0); // [row, channel, time, site]
        var size = input.Length / Steps;
        var steps = new StepRange(centre, centre + 1).Widen(_card.HalfWidth, _card.HalfWidth);
        _card.Input(sigma).Fill(observations, steps, isNowcast ? centre + 1 : steps.End, input.Slice(row * size, size));
    }

    /// <summary>Loads windows that are made already, into the first rows; the others are emptied.</summary>
    /// <param name="windows">What the network reads, of at most <see cref="Steps"/> windows. [row, channel, time, site]</param>
    /// <exception cref="InvalidOperationException">The run reads stretches.</exception>
    public void LoadWindows(ReadOnlySpan<float> windows)
    {
        Require(readsStretches: false);
        windows.CopyTo(_run.Input(0));
        _run.Input(0)[windows.Length..].Clear();
    }

    /// <summary>Empties the rows from one on, which a run in the window form does not use.</summary>
    /// <param name="row">The first of them.</param>
    /// <exception cref="InvalidOperationException">The run reads stretches.</exception>
    public void ClearFrom(int row)
    {
        Require(readsStretches: false);
        var input = _run.Input(0);
        input[(row * (input.Length / Steps))..].Clear();
    }

    /// <summary>Computes the states of what was loaded.</summary>
    public void Run()
    {
        _run.Run();
        if (HasSpread)
        {
            SpreadBound.Apply(_run.MutableOutput(1), _card);
        }
    }

    /// <summary>Frees the buffers; the model stays open.</summary>
    public void Dispose() => _run.Dispose();

    private void Require(bool readsStretches)
    {
        if (ReadsStretches != readsStretches)
        {
            throw new InvalidOperationException(
                $"Network run: expected one that reads {(readsStretches ? "stretches" : "windows")}, got one of the other form.");
        }
    }
}
