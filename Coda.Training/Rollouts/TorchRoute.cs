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
public sealed class TorchRoute(RolloutLoss loss, Weights<Tensor>? correction, Device device) : IRolloutRoute
{
    private readonly TorchAlgebra _ops = new(device);

    /// <inheritdoc/>
    public RolloutGradient Backward(
        Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters, IReadOnlyCollection<string> trained)
    {
        using var scope = NewDisposeScope();
        var inputs = parameters.ToDictionary(p => p.Key, p => tensor((float)p.Value, device: device, requires_grad: trained.Contains(p.Key)));
        var (result, total) = Evaluate(analyses, observations, inputs);
        total.backward();
        return result with { Parameters = trained.ToDictionary(name => name, name => (double)(inputs[name].grad?.item<float>() ?? 0)) };
    }

    /// <inheritdoc/>
    public RolloutGradient Evaluate(Tensor analyses, RolloutObservations observations, IReadOnlyDictionary<string, double> parameters)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return Evaluate(analyses, observations, parameters.ToDictionary(p => p.Key, p => _ops.Constant(p.Value))).Result;
    }

    private (RolloutGradient Result, Tensor Total) Evaluate(Tensor analyses, RolloutObservations observations, Dictionary<string, Tensor> parameters)
    {
        var batch = observations.BatchSize;
        var (start, later) = (analyses.narrow(0, 0, batch), analyses.narrow(0, batch, batch));
        var terms = loss.Evaluate(_ops, start, later, new ParameterValues<Tensor>(_ops, parameters), correction, observations, Import);
        var total = terms.Zip(loss.Terms, (term, definition) => term.Times(definition.Weight)).Aggregate((a, b) => a.Plus(b));
        return (new RolloutGradient([.. terms.Select(term => (double)term.item<float>())], total.item<float>(), new Dictionary<string, double>()), total);
    }

    private Tensor Import(ReadOnlySpan<float> values, int[] shape) =>
        TorchArrays.Of(values, Array.ConvertAll(shape, axis => (long)axis)).to(device);
}
