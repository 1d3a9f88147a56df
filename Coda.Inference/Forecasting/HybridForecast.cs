using System.Collections.Concurrent;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Inference.Sessions;

namespace Coda.Inference.Forecasting;

/// <summary>A trained hybrid model on ONNX Runtime: simulator, tuned parameters, correction and integrator in one graph, forecast.onnx.</summary>
/// <remarks>It keeps buffers for each batch size it was asked for and worker that asked; ask for few.</remarks>
public sealed class HybridForecast : IForecastModel, IDisposable
{
    private readonly OnnxModel _model;
    private readonly bool _isResized;
    private readonly ConcurrentDictionary<int, ConcurrentBag<OnnxRun>> _idle = [];

    /// <summary>Makes the model.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <exception cref="ModelMismatchException">The model has no forecast.onnx.</exception>
    public HybridForecast(OnnxModel model)
    {
        if (!model.Has(ModelFolder.Forecast))
        {
            throw new ModelMismatchException($"Model '{model.Card.Name}': expected {ModelFolder.Forecast}, got a model without it; export it again.");
        }

        (_model, StateSize) = (model, model.Card.Layout.Size);
    }

    /// <summary>Makes the model for an archive: of its ring's size, where the model is of a ring.</summary>
    /// <param name="model">The trained model; it stays the caller's.</param>
    /// <param name="archive">What the states are of.</param>
    /// <exception cref="ModelMismatchException">The model has no forecast.onnx, disagrees with the archive, or its physics are not the same everywhere on its ring.</exception>
    public HybridForecast(OnnxModel model, ArchiveDescription archive)
        : this(model)
    {
        StateSize = model.Card.On(archive).Layout.Size;
        _isResized = StateSize != model.Card.Layout.Size;
        if (_isResized)
        {
            model.RequireRing(ModelFolder.Forecast, StateSize);
        }
    }

    /// <inheritdoc/>
    public string Name => "hybrid";

    /// <inheritdoc/>
    public int StateSize { get; }

    /// <inheritdoc/>
    public double StepLength => _model.Card.StepLength;

    /// <inheritdoc/>
    public void Advance(ReadOnlySpan<float> states, Span<float> next, int batch)
    {
        BatchShape.Require(this, states, next, batch);
        var idle = _idle.GetOrAdd(batch, _ => []);
        if (!idle.TryTake(out var run))
        {
            TensorBinding[] input = [new(ModelFolder.State, batch, StateSize)];
            TensorBinding[] output = [new(ModelFolder.NextState, batch, StateSize)];
            run = _isResized ? _model.BindRing(ModelFolder.Forecast, input, output) : _model.Bind(ModelFolder.Forecast, input, output);
        }

        states.CopyTo(run.Input(0));
        run.Run();
        run.Output(0).CopyTo(next);
        idle.Add(run);
    }

    /// <summary>Frees the buffers; the model stays open.</summary>
    public void Dispose()
    {
        foreach (var run in _idle.Values.SelectMany(bag => bag))
        {
            run.Dispose();
        }

        _idle.Clear();
    }
}
