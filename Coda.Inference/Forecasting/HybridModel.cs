using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Inference.Sessions;

namespace Coda.Inference.Forecasting;

/// <summary>A trained hybrid model on ONNX Runtime: simulator, tuned parameters, correction and integrator in one graph, that of the forecast; or an emulator
/// in their place.</summary>
/// <remarks>Several steps are a loop inside one run of the session. It keeps buffers for each batch size it was asked for and worker that asked; ask for
/// few.</remarks>
public sealed class HybridModel : ForecastModel, IDisposable
{
    private readonly OnnxModel _model;
    private readonly ModelCard _card; // on the archive
    private readonly bool _isResized;
    private readonly int _channels;
    private readonly IdleBuffers<(int Batch, bool IsLoop), BoundGraph> _runs;

    /// <summary>Makes the model that is named.</summary>
    /// <param name="context">The trained model, and the archive whose states it advances.</param>
    /// <param name="options">None.</param>
    /// <exception cref="ArgumentException">There is no trained model.</exception>
    /// <exception cref="ModelMismatchException">The model has no graph of a forecast, disagrees with the archive, or its physics are not the same everywhere on
    /// its ring.</exception>
    public HybridModel(ForecastContext context, Options options)
        : this(
            context.Model ?? throw new ArgumentException("Forecast model 'hybrid': expected a trained model, got none; name its folder with --model DIR."),
            context.Archive) => ArgumentNullException.ThrowIfNull(options);

    /// <summary>Makes the model.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <exception cref="ModelMismatchException">The model has no graph of a forecast.</exception>
    public HybridModel(OnnxModel model)
        : this(model, model.Card)
    {
    }

    /// <summary>Makes the model for an archive: of its ring's size, where the model is of a ring.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <param name="archive">What the states are of.</param>
    /// <exception cref="ModelMismatchException">The model has no graph of a forecast, disagrees with the archive, or its physics are not the same everywhere on
    /// its ring.</exception>
    public HybridModel(OnnxModel model, ArchiveDescription archive)
        : this(model, model.Card.On(archive))
    {
    }

    private HybridModel(OnnxModel model, ModelCard card)
    {
        if (!model.Has(ModelRoles.Forecast))
        {
            throw new ModelMismatchException($"Model '{card.Name}': expected a graph of its {ModelRoles.Forecast}, got a model without it; export it again.");
        }

        (_model, _card, _isResized, _runs) = (model, card, card.Layout.Size != model.Card.Layout.Size, new(Bind));
        _channels = card.Forcing?.Sum(u => u.Size) ?? 0;
        if (_isResized && card.Layout.SharedGrid is Torus)
        {
            throw new ModelMismatchException(
                $"Model '{card.Name}': expected states on the grid that it was trained on ({model.Card.Layout}), got {card.Layout}: the graph of its forecast "
                    + "has the size of the grid in it, only its network reads larger tori. Forecast with the archive's system (--method simulator; "
                    + "--set system=... takes the parameters that 'coda inspect' shows), or train a model on such a grid.");
        }

        if (_isResized)
        {
            model.RequireRing(ModelRoles.Forecast, StateSize);
        }
    }

    /// <inheritdoc/>
    public override string Description => $"model: {(_card.IsEmulator ? "emulator" : "hybrid of")} {_card.Name}";

    /// <inheritdoc/>
    public override StateLayout Layout => _card.Layout;

    /// <inheritdoc/>
    public override double StepLength => _card.StepLength;

    /// <inheritdoc/>
    public override Component Operator => _card.Operator;

    /// <inheritdoc/>
    public override double? ErrorVariance => _card.ModelErrorVariance;

    /// <inheritdoc/>
    public override IReadOnlyList<ForcingDefinition> Forcing => _card.Forcing ?? [];

    /// <inheritdoc/>
    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch) => Advance(states, next, batch, 1);

    /// <inheritdoc/>
    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch, ReadOnlySpan<float> forcing) =>
        Advance(states, next, batch, 1, forcing);

    /// <inheritdoc/>
    public override void Advance(ReadOnlySpan<float> states, Span<float> next, int batch, int steps, ReadOnlySpan<float> forcing = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        BatchShape.Require(this, states, next, batch);
        if (steps > 1 && _channels > 0)
        {
            base.Advance(states, next, batch, steps, forcing); // the loop has no place for what changes from step to step
            return;
        }

        ForcingShape.Require(_channels, forcing.Length, batch, steps);
        var shape = (batch, IsLoop: steps > 1);
        var run = _runs.Take(shape);
        states.CopyTo(run.Input(0));
        if (shape.IsLoop)
        {
            run.Input(1)[0] = steps;
        }
        else if (_channels > 0)
        {
            forcing.CopyTo(run.Input(1));
        }

        run.Run();
        run.Output(0).CopyTo(next);
        _runs.Return(shape, run);
    }

    /// <inheritdoc/>
    public override IStateMap Start(bool isDouble) => new HybridMap(_model, StateSize, ForwardNames.Model);

    /// <inheritdoc/>
    public override ITangentMap? StartTangent() => _model.Has(ModelRoles.Tangent) ? new HybridMap(_model, StateSize, ForwardNames.Model) : null;

    /// <inheritdoc/>
    public override IAdjointMap? StartAdjoint() => _model.Has(ModelRoles.Adjoint) ? new HybridMap(_model, StateSize, ForwardNames.Model) : null;

    /// <inheritdoc/>
    public override double[] TypicalState(int seed) => Near(i => _card.ClimatologyMean[i], i => _card.ClimatologyDeviation[i], seed);

    /// <summary>Frees the buffers; the model stays open.</summary>
    public void Dispose() => _runs.Dispose();

    private BoundGraph Bind((int Batch, bool IsLoop) shape)
    {
        TensorBinding[] input = _channels == 0
            ? [new(ModelFolder.State, shape.Batch, StateSize)]
            : [new(ModelFolder.State, shape.Batch, StateSize), new(ModelFolder.Forcing, shape.Batch, 2, _channels)];
        TensorBinding[] output = [new(ModelFolder.NextState, shape.Batch, StateSize)];
        return shape.IsLoop ? _model.BindLoop(ModelRoles.Forecast, input[0], output[0])
            : _isResized ? _model.BindRing(ModelRoles.Forecast, input, output)
            : _model.Bind(ModelRoles.Forecast, input, output);
    }

    /// <summary>None.</summary>
    public sealed record Options;
}
