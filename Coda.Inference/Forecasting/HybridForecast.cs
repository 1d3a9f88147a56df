using System.Collections.Concurrent;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Inference.Sessions;

namespace Coda.Inference.Forecasting;

/// <summary>A trained hybrid model on ONNX Runtime: simulator, tuned parameters, correction and integrator in one graph, forecast.onnx.</summary>
/// <remarks>Several steps are a loop inside one run of the session. It keeps buffers for each batch size it was asked for and worker that asked; ask for few.</remarks>
public sealed class HybridForecast : IForecastModel, IDisposable
{
    private readonly OnnxModel _model;
    private readonly bool _isResized;
    private readonly ConcurrentDictionary<(int Batch, bool IsLoop), ConcurrentBag<OnnxRun>> _idle = [];

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
    public void Advance(ReadOnlySpan<float> states, Span<float> next, int batch) => Advance(states, next, batch, 1);

    /// <inheritdoc/>
    public void Advance(ReadOnlySpan<float> states, Span<float> next, int batch, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        BatchShape.Require(this, states, next, batch);
        var isLoop = steps > 1;
        var idle = _idle.GetOrAdd((batch, isLoop), _ => []);
        if (!idle.TryTake(out var run))
        {
            run = Bind(batch, isLoop);
        }

        states.CopyTo(run.Input(0));
        if (isLoop)
        {
            run.Input(1)[0] = steps;
        }

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

    private OnnxRun Bind(int batch, bool isLoop)
    {
        TensorBinding[] input = [new(ModelFolder.State, batch, StateSize)];
        TensorBinding[] output = [new(ModelFolder.NextState, batch, StateSize)];
        return isLoop ? _model.BindLoop(ModelFolder.Forecast, input[0], output[0])
            : _isResized ? _model.BindRing(ModelFolder.Forecast, input, output)
            : _model.Bind(ModelFolder.Forecast, input, output);
    }
}
