using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Inference.Sessions;

namespace Coda.Inference.Forecasting;

/// <summary>A trained correction B(x) by itself on ONNX Runtime: the tendency that the simulator lacks.</summary>
/// <remarks>It keeps buffers for each batch size and worker. Safe for use from several threads.</remarks>
public sealed class LearnedCorrection : IDisposable
{
    private const int LargestBatch = 1024;

    private readonly OnnxModel _model;
    private readonly IdleBuffers<int, BoundGraph> _runs;

    /// <summary>Takes the correction of a model.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <exception cref="ModelMismatchException">The model has no correction, was exported without its graph, or has fields with bounds.</exception>
    public LearnedCorrection(OnnxModel model)
    {
        var card = model.Card;
        if (card.Correction is null)
        {
            throw new ModelMismatchException(
                $"Model '{card.Name}': expected a model with a correction, got one without; train one with 'coda train --set correction=pointwise'.");
        }

        if (!model.Has(ModelRoles.Correction))
        {
            throw new ModelMismatchException(
                $"Model '{card.Name}': expected a graph of its {ModelRoles.Correction}, got a folder without it; "
                    + "run the training command of its card again, which exports it from the checkpoint.");
        }

        if (card.Layout.IsBounded)
        {
            throw new ModelMismatchException(
                $"Model '{card.Name}': expected fields without bounds, got {card.Layout} with some: its correction is learned on their coordinates, and what "
                    + "it is of their values is not told. Score the model's analyses and forecasts instead.");
        }

        (_model, _runs) = (model, new(Bind));
    }

    /// <summary>The length of one state.</summary>
    public int StateSize => _model.Card.Layout.Size;

    /// <summary>B(x) of every state of a block.</summary>
    /// <param name="states">The states x.</param>
    /// <returns>The tendencies, in a block of the same trajectory, step and shape.</returns>
    /// <exception cref="ArgumentException">The states are not of the model's length.</exception>
    public StateBlock Of(StateBlock states)
    {
        if (states.StateSize != StateSize)
        {
            throw new ArgumentException($"Model '{_model.Card.Name}': expected states of {StateSize} entries, got {states.StateSize}.", nameof(states));
        }

        var tendencies = new float[states.States.Length];
        for (var first = 0; first < states.Count; first += LargestBatch)
        {
            var batch = Math.Min(LargestBatch, states.Count - first);
            Evaluate(states.States.Span.Slice(first * StateSize, batch * StateSize), tendencies.AsSpan(first * StateSize), batch);
        }

        return new StateBlock(states.Trajectory, states.FirstStep, StateSize, tendencies, null, states.Lead);
    }

    /// <summary>Frees the buffers; the model stays open.</summary>
    public void Dispose() => _runs.Dispose();

    private void Evaluate(ReadOnlySpan<float> states, Span<float> tendencies, int batch)
    {
        var run = _runs.Take(batch);
        states.CopyTo(run.Input(0));
        run.Run();
        run.Output(0).CopyTo(tendencies);
        _runs.Return(batch, run);
    }

    private BoundGraph Bind(int batch) => _model.Bind(
        ModelRoles.Correction, [new TensorBinding(ModelFolder.State, batch, StateSize)],
        [new TensorBinding(ModelFolder.MissingTendency, batch, StateSize)]);
}
