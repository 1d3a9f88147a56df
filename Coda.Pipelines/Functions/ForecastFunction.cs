using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Microsoft.ML.Data;

namespace Coda.Pipelines.Functions;

/// <summary>A state, with the forcing of its forecast where the model has one, to the states at several leads, with forecast.onnx.</summary>
internal sealed class ForecastFunction : IRowFunction
{
    private readonly HybridModel _forecast;
    private readonly int[] _leads;
    private readonly ModelCard _card;
    private readonly int _size; // of a state
    private readonly int _channels;

    /// <summary>Makes the function.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="leads">The leads, in steps, rising.</param>
    /// <exception cref="ModelMismatchException">The model has no forecast.onnx.</exception>
    /// <exception cref="ArgumentException">No lead, a negative one, or leads that do not rise.</exception>
    public ForecastFunction(OnnxModel model, IReadOnlyList<int> leads)
    {
        new ForecastRequest { Leads = leads }.Check();
        Record = ModelGraph.Record(model, ModelRoles.Forecast, leads);
        (_forecast, _leads, _card) = (new HybridModel(model), [.. leads], model.Card);
        (_size, _channels) = (_card.Layout.Size, _forecast.Forcing.Sum(u => u.Size));
        Input = new VectorDataViewType(NumberDataViewType.Single, checked(_size + (_channels == 0 ? 0 : (_leads[^1] + 1) * _channels)));
        Output = new VectorDataViewType(NumberDataViewType.Single, checked(_leads.Length * _size));
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
        var (size, rows, steps) = (_size, inputs.Length / Input.Size, _leads[^1] + 1L);
        var (starts, forcing) = (new float[batch * size], new float[batch * (Input.Size - size)]);
        for (var row = 0; row < batch; row++)
        {
            // Beyond the last row, the first one again: what is thrown away stays finite.
            var input = inputs.Slice(row < rows ? row * Input.Size : 0, Input.Size);
            input[..size].CopyTo(starts.AsSpan(row * size));
            input[size..].CopyTo(forcing.AsSpan(row * (Input.Size - size)));
        }

        var states = new StateBatch(_forecast, batch, batch, row => $"row {row} of a batch")
        {
            // One row's after another's, with the time among them.
            Forcing = _channels == 0 ? null : (ForcingSeries.Of(
                [new ForcingDefinition("forcing", Size: _channels)], _card.StepLength, new StateBlock(0, 0, _channels, forcing))!,
                (row, lead) => (0, (row * steps) + lead)),
        };
        (_forecast.Layout.IsBounded ? new StateBlock(0, 0, size, starts).ToWorking(_forecast.Layout).States : starts).Span.CopyTo(states.States);

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
