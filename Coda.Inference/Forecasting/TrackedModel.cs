using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Inference.Sessions;

namespace Coda.Inference.Forecasting;

/// <summary>A trained hybrid model whose state has departures of some of its parameters and weights from the trained values after its own entries, so that any
/// assimilation method corrects the model as it goes.</summary>
/// <remarks>
/// After Farchi, Chrust, Bocquet, Laloyaux and Bonavita (2023), doi:10.1029/2022MS003474. Departures stay as they are in a step, and are in units of their
/// trained size (<see cref="TrackedPart.Scale"/>); free runs begin without them, so that ensembles drawn from these do not know how uncertain they are: the
/// method for this model is cycled-smoother. <see cref="HybridModel"/> keeps the model as it was trained.
/// </remarks>
public sealed class TrackedModel : ForecastModel, IDisposable
{
    private readonly OnnxModel _model;
    private readonly IdleBuffers<int, BoundGraph> _runs;
    private readonly int _channels;

    /// <summary>Makes the model.</summary>
    /// <param name="context">The trained model, and the archive whose states it advances.</param>
    /// <param name="options">None.</param>
    /// <exception cref="ArgumentException">There is no trained model.</exception>
    /// <exception cref="ModelMismatchException">The model has no tracked graphs, or the archive is of another grid than it.</exception>
    public TrackedModel(ForecastContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        _model = context.Model
            ?? throw new ArgumentException("Forecast model 'tracked': expected a trained model, got none; name its folder with --model DIR.");
        var card = _model.Card;
        Parts = card.Tracked ?? throw new ModelMismatchException(
            $"Model '{card.Name}': expected graphs of its {ModelRoles.TrackedForecast}, got a model without them; train it with --set tracked=[\"*\"], or with "
                + "the names of parameters and of arrays of the correction.");
        if (card.On(context.Archive).Layout.Size != card.Layout.Size)
        {
            throw new ModelMismatchException($"Model '{card.Name}': expected states on the grid that it was trained on ({card.Layout}), got "
                + $"{context.Archive.Layout}: tracked graphs have the size of the grid in them.");
        }

        var size = Parts.Sum(part => part.Size);
        Layout = new StateLayout([.. card.Layout.Fields, new StateField(TrackedPart.Field, new Components(size))]);
        (_runs, _channels) = (new(Bind), card.Forcing?.Sum(u => u.Size) ?? 0);
    }

    /// <summary>What is tracked, in the order of the entries that its departures have after the model's own.</summary>
    public IReadOnlyList<TrackedPart> Parts { get; }

    /// <summary>The trained values of the parameters, by name.</summary>
    public IReadOnlyDictionary<string, double> Trained => _model.Card.Parameters;

    /// <summary>The simulator's system.</summary>
    public Component System => _model.Card.System;

    /// <inheritdoc/>
    public override string Description => $"model: hybrid of {_model.Card.Name} with {string.Join(", ", Parts.Select(part => part.Name))} in its state";

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override StateLayout OperatorLayout => _model.Card.Layout;

    /// <inheritdoc/>
    public override Component Operator => _model.Card.Operator;

    /// <inheritdoc/>
    public override double StepLength => _model.Card.StepLength;

    /// <inheritdoc/>
    public override double? ErrorVariance => _model.Card.ModelErrorVariance;

    /// <inheritdoc/>
    public override IReadOnlyList<ForcingDefinition> Forcing => _model.Card.Forcing ?? [];

    /// <inheritdoc/>
    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch) => Advance(states, next, batch, default);

    /// <inheritdoc/>
    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch, ReadOnlySpan<float> forcing)
    {
        BatchShape.Require(this, states, next, batch);
        ForcingShape.Require(_channels, forcing.Length, batch);
        var run = _runs.Take(batch);
        states.CopyTo(run.Input(0));
        if (_channels > 0)
        {
            forcing.CopyTo(run.Input(1));
        }

        run.Run();
        run.Output(0).CopyTo(next);
        _runs.Return(batch, run);
    }

    /// <inheritdoc/>
    public override IStateMap Start(bool isDouble) => new HybridMap(_model, StateSize, ForwardNames.Tracked);

    /// <inheritdoc/>
    public override ITangentMap? StartTangent() => new HybridMap(_model, StateSize, ForwardNames.Tracked);

    /// <inheritdoc/>
    /// <remarks>Without departures: of the model as it was trained.</remarks>
    public override double[] TypicalState(int seed)
    {
        var (mean, deviation) = (_model.Card.ClimatologyMean, _model.Card.ClimatologyDeviation);
        return Near(i => i < mean.Count ? mean[i] : 0, i => i < mean.Count ? deviation[i] : 0, seed);
    }

    /// <summary>Frees the buffers; the model stays open.</summary>
    public void Dispose() => _runs.Dispose();

    private BoundGraph Bind(int batch)
    {
        var state = new TensorBinding(ModelFolder.TrackedState, batch, StateSize);
        TensorBinding[] inputs = _channels == 0 ? [state] : [state, new(ModelFolder.Forcing, batch, 2, _channels)];
        return _model.Bind(ModelRoles.TrackedForecast, inputs, [state with { Name = ModelFolder.NextTrackedState }]);
    }

    /// <summary>None.</summary>
    public sealed record Options;
}
