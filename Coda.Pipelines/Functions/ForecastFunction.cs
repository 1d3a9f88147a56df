using System.Globalization;
using System.Numerics.Tensors;
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

        Record = ModelGraph.Record(model, ModelFolder.Forecast, leads);
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
        var size = Input.Size;
        var rows = inputs.Length / size;
        var (states, next) = (new float[batch * size], new float[batch * size]); // [batch, space]
        for (var row = 0; row < batch; row++)
        {
            // Beyond the last row, the first one again: what is thrown away stays finite.
            inputs.Slice(row < rows ? row * size : 0, size).CopyTo(states.AsSpan(row * size));
        }

        for (var (lead, at) = (0, 0); ; lead++)
        {
            if (_leads[at] == lead)
            {
                for (var row = 0; row < rows; row++)
                {
                    states.AsSpan(row * size, size).CopyTo(outputs[(((row * _leads.Length) + at) * size)..]);
                }

                if (++at == _leads.Length)
                {
                    return;
                }
            }

            _forecast.Advance(states, next, batch);
            RequireFinite(states, next, lead);
            (states, next) = (next, states);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _forecast.Dispose();

    private void RequireFinite(float[] states, float[] next, int lead)
    {
        if (!TensorPrimitives.IsFiniteAll<float>(next))
        {
            var row = Array.FindIndex(next, x => !float.IsFinite(x)) / Input.Size;
            throw new DivergenceException(string.Create(
                CultureInfo.InvariantCulture,
                $"Forecast in row {row} of a batch: expected finite states, got none at lead {lead + 1} (norm "
                    + $"{TensorPrimitives.Norm<float>(states.AsSpan(row * Input.Size, Input.Size)):g4} at lead {lead}). Start from better states."));
        }
    }
}
