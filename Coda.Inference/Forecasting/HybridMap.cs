using Coda.Data.Cards;
using Coda.Inference.Sessions;

namespace Coda.Inference.Forecasting;

/// <summary>A trained hybrid model as a map: the graphs of its forecast, of the tangent for its derivative and of the adjoint for the transpose of
/// that; in single precision.</summary>
/// <param name="model">The trained model; it stays the caller's.</param>
/// <param name="size">The length of a state: the card's, or a ring's of another size; or that of the names.</param>
/// <param name="names">Roles and tensors.</param>
internal sealed class HybridMap(OnnxModel model, int size, ForwardNames names) : ITangentMap, IAdjointMap
{
    private readonly int _channels = model.Card.Forcing?.Sum(u => u.Size) ?? 0;
    private readonly Dictionary<(string Role, int Count, int Members), BoundGraph> _runs = [];

    /// <inheritdoc/>
    public int InputSize => size;

    /// <inheritdoc/>
    public int OutputSize => InputSize;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default)
    {
        var run = Run(names.Forecast, count);
        Narrow(states[..(count * InputSize)], run.Input(0));
        Force(run, 1, forcing, count);
        run.Run();
        Widen(run.Output(0), values);
    }

    /// <inheritdoc/>
    public void Push(
        ReadOnlySpan<double> states, ReadOnlySpan<double> perturbations, Span<double> values, Span<double> derivatives, int count,
        ReadOnlySpan<double> forcing = default)
    {
        var run = Run(names.Tangent, count, perturbations.Length / InputSize);
        Narrow(states[..(count * InputSize)], run.Input(0));
        for (var i = 0; i < count; i++)
        {
            Narrow(perturbations, run.Input(1).Slice(i * perturbations.Length, perturbations.Length));
        }

        Force(run, 2, forcing, count);
        run.Run();
        Widen(run.Output(0), values);
        Widen(run.Output(1), derivatives);
    }

    /// <inheritdoc/>
    public void Pull(
        ReadOnlySpan<double> states, ReadOnlySpan<double> sensitivities, Span<double> values, Span<double> gradients, int count,
        ReadOnlySpan<double> forcing = default)
    {
        var run = Run(names.Adjoint!, count);
        Narrow(states[..(count * InputSize)], run.Input(0));
        Narrow(sensitivities[..(count * InputSize)], run.Input(1));
        Force(run, 2, forcing, count);
        run.Run();
        Widen(run.Output(0), values);
        Widen(run.Output(1), gradients);
    }

    /// <summary>Frees the buffers; the model stays open.</summary>
    public void Dispose()
    {
        foreach (var run in _runs.Values)
        {
            run.Dispose();
        }

        _runs.Clear();
    }

    private BoundGraph Run(string role, int count, int members = 0)
    {
        if (!_runs.TryGetValue((role, count, members), out var run))
        {
            var (state, next) = (new TensorBinding(names.State, count, size), new TensorBinding(names.NextState, count, size));
            run = role == names.Tangent
                ? Bind(role, [state, new(names.Perturbations, count, members, size)], [next, new(names.NextPerturbations, count, members, size)])
                : role == names.Adjoint
                    ? Bind(role, [state, state with { Name = ModelFolder.NextSensitivities }], [next, next with { Name = ModelFolder.Sensitivities }])
                    : Bind(role, [state], [next]);
            _runs.Add((role, count, members), run);
        }

        return run;
    }

    private BoundGraph Bind(string role, TensorBinding[] inputs, TensorBinding[] outputs)
    {
        inputs = _channels == 0 ? inputs : [.. inputs, new TensorBinding(ModelFolder.Forcing, inputs[0].Shape[0], 2, _channels)];
        return size == model.Card.Layout.Size || names != ForwardNames.Model ? model.Bind(role, inputs, outputs) : model.BindRing(role, inputs, outputs);
    }

    private void Force(BoundGraph run, int input, ReadOnlySpan<double> forcing, int count) =>
        ForcingShape.Spread(_channels, forcing, _channels == 0 ? [] : run.Input(input), count);

    private static void Narrow(ReadOnlySpan<double> source, Span<float> target) => System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(source, target);

    private static void Widen(ReadOnlySpan<float> source, Span<double> target) => System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(source, target);
}
