using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The part of a network that says how far off its analyses are: two convolutions on the features from which the states are read.</summary>
/// <remarks>
/// s = d exp(a + b 7 tanh(u / 7)), u the convolutions' output and d the climatology's deviation: positive, from d, what one knows without observing, down to a thousandth of it.
/// It starts at d. No gradient goes back into the features, so that the states are those of the network without it. a and b, 0 and 1 in training, are fitted after it to what was held out.
/// </remarks>
/// <param name="context">The task.</param>
/// <param name="width">The number of channels of the features.</param>
/// <param name="kernel">The width of the first convolution, odd.</param>
internal sealed class SpreadHead(AssimilationContext context, int width, int kernel)
{
    /// <summary>The name of the array that holds a.</summary>
    public const string Shift = "spread.shift";

    /// <summary>The name of the array that holds b.</summary>
    public const string Scale = "spread.scale";

    private const double Reach = 7;

    /// <summary>The arrays of weights.</summary>
    public IEnumerable<WeightDefinition> WeightDefinitions
    {
        get
        {
            var entries = context.Layout.IsRing ? 1 : context.Layout.Size;
            IEnumerable<WeightDefinition> all =
            [
                .. new WeightDefinitions().Convolution("spread.first", width, width, kernel).List,
                new WeightDefinition("spread.second.weight", [entries, width, 1], WeightStart.Zero),
                new WeightDefinition("spread.second.bias", [entries], WeightStart.Zero),
                new WeightDefinition(Shift, [1], WeightStart.Zero, IsTrained: false),
                new WeightDefinition(Scale, [1], WeightStart.One, IsTrained: false),
            ];
            return all.Select(definition => definition with { IsSpread = true });
        }
    }

    /// <summary>The spread. [batch, channel, space] to [batch, space]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="features">The network's last features.</param>
    public T Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, T features)
    {
        var h = ops.Convolve(ops.Gelu(ops.StopGradient(features)), weights["spread.first.weight"], weights["spread.first.bias"]);
        var u = ops.MergeLast(ops.Convolve(ops.Gelu(h), weights["spread.second.weight"], weights["spread.second.bias"])); // [batch, space]
        var z = ops.Scale(ops.Tanh(ops.Scale(u, 1 / Reach)), Reach);
        return ops.Multiply(ops.Exp(ops.Add(ops.Multiply(z, weights[Scale]), weights[Shift])), ops.Constant(context.Climatology.Deviation));
    }
}
