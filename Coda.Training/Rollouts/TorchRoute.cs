using Coda.Data.Dynamics;
using Coda.Training.Algebra;
using Coda.Training.Losses;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Rollouts;

/// <summary>The rollout's gradient from LibTorch's autograd: with a correction, or on a GPU.</summary>
/// <param name="loss">The loss.</param>
/// <param name="correction">The correction's weights; <see langword="null"/> where there is none.</param>
/// <param name="device">Where the analyses are.</param>
/// <param name="recomputes">Whether steps are computed again when the sweep comes to them, so that only one is in memory with all that its derivative needs;
/// agrees to rounding, for gradients of several steps are added up in another order.</param>
public sealed class TorchRoute(RolloutLoss loss, Weights<Tensor>? correction, Device device, bool recomputes = false) : IRolloutRoute
{
    private readonly TorchAlgebra _ops = new(device);

    /// <inheritdoc/>
    public RolloutGradient Backward(
        Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters, IReadOnlyCollection<string> trained)
    {
        using var scope = NewDisposeScope();
        var inputs = parameters.ToDictionary(p => p.Key, p => tensor((float)p.Value, device: device, requires_grad: trained.Contains(p.Key)));
        var result = recomputes ? Recompute(analyses, observations, inputs) : Sweep(analyses, observations, inputs);
        return result with { Parameters = trained.ToDictionary(name => name, name => (double)(inputs[name].grad?.item<float>() ?? 0)) };
    }

    /// <inheritdoc/>
    public RolloutGradient Evaluate(Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return Evaluate(analyses, observations, parameters.ToDictionary(p => p.Key, p => _ops.Constant(p.Value))).Result;
    }

    private RolloutGradient Sweep(Tensor analyses, RolloutObservations observations, Dictionary<string, Tensor> parameters)
    {
        var (result, total) = Evaluate(analyses, observations, parameters);
        total.backward();
        return result;
    }

    private RolloutGradient Recompute(Tensor analyses, RolloutObservations observations, Dictionary<string, Tensor> parameters)
    {
        var (batch, values) = (observations.BatchSize, new ParameterValues<Tensor>(_ops, parameters));
        var states = new List<Tensor> { Leaf(analyses.narrow(0, 0, batch)) };
        for (var step = 0; step < loss.Length; step++)
        {
            using var guard = no_grad();
            using var each = NewDisposeScope();
            states.Add(Leaf(Advance(states[^1], step)).MoveToOuterDisposeScope());
        }

        var later = Leaf(analyses.narrow(0, batch, batch));
        var (result, total) = Sum(loss.Compare(_ops, states, later, observations, Import));
        total.backward();
        for (var step = loss.Length - 1; step >= 0; step--)
        {
            using var each = NewDisposeScope();
            if (states[step + 1].grad is { } gradient)
            {
                Advance(states[step], step).backward([gradient]);
            }
        }

        analyses.backward([cat([GradientOf(states[0]), GradientOf(later)])]);
        return result;

        Tensor Advance(Tensor state, int step) => loss.Advance(_ops, state, step, values, correction, observations, Import);

        static Tensor Leaf(Tensor value) => value.detach().requires_grad_(true);

        static Tensor GradientOf(Tensor leaf) => leaf.grad ?? zeros_like(leaf);
    }

    private (RolloutGradient Result, Tensor Total) Evaluate(Tensor analyses, RolloutObservations observations, Dictionary<string, Tensor> parameters)
    {
        var batch = observations.BatchSize;
        var (start, later) = (analyses.narrow(0, 0, batch), analyses.narrow(0, batch, batch));
        return Sum(loss.Evaluate(_ops, start, later, new ParameterValues<Tensor>(_ops, parameters), correction, observations, Import));
    }

    private (RolloutGradient Result, Tensor Total) Sum(IReadOnlyList<Tensor> terms)
    {
        var total = terms.Zip(loss.Terms, (term, definition) => term.Times(definition.Weight)).Aggregate((a, b) => a.Plus(b));
        return (new RolloutGradient([.. terms.Select(term => (double)term.item<float>())], total.item<float>(), new Dictionary<string, double>()), total);
    }

    private Tensor Import(ReadOnlySpan<float> values, int[] shape) =>
        TorchArrays.Of(values, Array.ConvertAll(shape, axis => (long)axis)).to(device);
}
