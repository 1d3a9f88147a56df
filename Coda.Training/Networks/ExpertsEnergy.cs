using Coda.Data.Algebra;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>Σ log cosh (K * x + b) over learned kernels K, times and sites.</summary>
/// <param name="context">The task.</param>
/// <param name="experts">The number of kernels.</param>
/// <param name="kernel">Their length along time and along space, odd.</param>
internal sealed class ExpertsEnergy(AssimilationContext context, int experts, int kernel) : TrajectoryEnergy
{
    private const string Name = "prior";

    private readonly int _width = context.Grid is null ? 1 : kernel;

    /// <inheritdoc/>
    public override int Reach => 2 * (kernel / 2);

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions =>
        new WeightDefinitions().Convolution(Name, experts, context.Channels, kernel, _width).List;

    /// <inheritdoc/>
    public override T Gradient<T>(INetworkAlgebra<T> ops, Weights<T> weights, T x)
    {
        var weight = weights[$"{Name}.weight"];
        var responses = ops.Tanh(ops.ConvolveGrid(x, weight, weights[$"{Name}.bias"], Padding.Zero, context.BeyondSites()));
        return ops.ConvolveGrid(responses, Transposed(ops, weight), ops.Constant(new double[context.Channels]), Padding.Zero, context.BeyondSites());
    }

    // [expert, field, time, space] to [field, expert, time, space], turned about both ends.
    private T Transposed<T>(INetworkAlgebra<T> ops, T weight)
    {
        var turned = ops.Gather(ops.Transpose(weight, -4, -3), Backwards(_width));
        return ops.Transpose(ops.Gather(ops.Transpose(turned, -2, -1), Backwards(kernel)), -2, -1);
    }

    private static int[] Backwards(int length) => [.. Enumerable.Range(0, length).Reverse()];
}
