using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Functions;

/// <summary>A state to the states at several leads, with forecast.onnx.</summary>
internal sealed class ForecastFunction : IRowFunction
{
    private readonly HybridModel _forecast;
    private readonly int[] _leads;
    private readonly ModelCard _card;

    /// <summary>Makes the function.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="leads">The leads, in steps, rising.</param>
    /// <exception cref="ModelMismatchException">The model has no forecast.onnx.</exception>
    /// <exception cref="ArgumentException">No lead, a negative one, or leads that do not rise.</exception>
    public ForecastFunction(OnnxModel model, IReadOnlyList<int> leads)
    {
        new ForecastRequest { Leads = leads }.Check();
        if (model.Card.Forcing is { } forcing)
        {
            throw new ArgumentException($"Forecasts in pipelines: expected a model without forcing, for rows hold states only, got '{model.Card.Name}', which "
                + $"reads {string.Join(", ", forcing.Select(u => u.Name))}. Forecast with 'coda forecast'.");
        }

        Record = ModelGraph.Record(model, ModelRoles.Forecast, leads);
        (_forecast, _leads, _card) = (new HybridModel(model), [.. leads], model.Card);
        Input = new VectorDataViewType(NumberDataViewType.Single, model.Card.Layout.Size);
        Output = new VectorDataViewType(NumberDataViewType.Single, checked(_leads.Length * Input.Size));
    }

    /// <inheritdoc/>
    public VectorDataViewType Input { get; }

    /// <inheritdoc/>
    public VectorDataViewType Output { get; }

    /// <inheritdoc/>
    public FunctionRecord Record { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> OutputNames()
    {
        var names = _card.Sites().EntryNames();
        return [.. _leads.SelectMany(lead => names.Select(name => FormattableString.Invariant($"{name} +{lead}")))];
    }

    /// <inheritdoc/>
    /// <exception cref="DivergenceException">A forecast is no longer finite; the message names lead and norm.</exception>
    public void Run(ReadOnlySpan<float> inputs, Span<float> outputs, int batch)
    {
        var (size, rows) = (Input.Size, inputs.Length / Input.Size);
        if (_forecast.Layout.IsBounded)
        {
            inputs = new StateBlock(0, 0, size, inputs.ToArray()).ToWorking(_forecast.Layout).States.Span;
        }

        var states = new StateBatch(_forecast, batch, batch, row => $"row {row} of a batch");
        for (var row = 0; row < batch; row++)
        {
            // Beyond the last row, the first one again: what is thrown away stays finite.
            inputs.Slice(row < rows ? row * size : 0, size).CopyTo(states.States[(row * size)..]);
        }

        for (var at = 0; at < _leads.Length; at++)
        {
            states.AdvanceTo(_leads[at]);
            ReadOnlySpan<float> reached = states.States;
            if (_forecast.Layout.IsBounded)
            {
                reached = new StateBlock(0, 0, size, reached.ToArray()).ToPhysical(_forecast.Layout).States.Span;
            }

            for (var row = 0; row < rows; row++)
            {
                reached.Slice(row * size, size).CopyTo(outputs[(((row * _leads.Length) + at) * size)..]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _forecast.Dispose();
}
