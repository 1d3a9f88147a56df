using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The part of a network that says how far off its analyses are: two 1 x 1 convolutions on the features from which the states are read.</summary>
/// <remarks>
/// s² = d² r / (1 + r), r = a + b exp(14 tanh(u / 7)), u the convolutions' output and d the climatology's deviation: positive, and below d, what one knows
/// without observing. No gradient goes back into the features, so that the states are those of the network without it. a and b, 0 and 1 in training, are fitted
/// after it to what was held out. Few channels: one observation says little of a variance that is a fraction of σ², and some hundred weights are what the
/// thousands that are withheld decide. Where windows are drawn anew from a reanalysis there is no such limit, and in settings of many kinds the features do not
/// tell how much was seen: there the head also reads the window, by a kernel over it, and its neighbours.
/// </remarks>
/// <param name="context">The task.</param>
/// <param name="width">The number of channels of the features.</param>
/// <param name="window">The channels and steps of the window that it also reads; by default none.</param>
internal sealed class SpreadHead(AssimilationContext context, int width, (int Channels, int Steps)? window = null)
{
    /// <summary>The name of the array that holds a.</summary>
    public const string Floor = "spread.floor";

    /// <summary>The name of the array that holds b.</summary>
    public const string Scale = "spread.scale";

    /// <summary>The neighbours on each side whose windows it reads, too.</summary>
    public const int Reach = WindowKernel / 2;

    private const int WindowKernel = 5;
    private const double MostLogarithm = 7;

    private int Channels => window is null ? 8 : 32;

    /// <summary>The arrays of weights.</summary>
    public IEnumerable<WeightDefinition> WeightDefinitions
    {
        get
        {
            var hidden = new WeightDefinitions().Convolution("spread.first", Channels, width, 1);
            if (window is { } read)
            {
                hidden.Convolution("spread.window", Channels, read.Channels, read.Steps)
                    .Convolution("spread.around", Channels, Channels, SpaceConvolution.Widths(context, WindowKernel));
            }

            IEnumerable<WeightDefinition> all =
            [
                .. hidden.List,
                new WeightDefinition("spread.second.weight", [context.Channels, Channels, 1], WeightStart.Zero),
                new WeightDefinition("spread.second.bias", [context.Channels], WeightStart.Zero),
                new WeightDefinition(Floor, [1], WeightStart.Zero, IsTrained: false),
                new WeightDefinition(Scale, [1], WeightStart.One, IsTrained: false),
            ];
            return all.Select(definition => definition with { IsSpread = true });
        }
    }

    /// <summary>The spread. [batch, channel, space] to [batch, space], or of a stretch [1, channel, time, space] to [time, space]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="features">The network's last features.</param>
    /// <param name="overWindow">What a kernel and a bias over the window give.</param>
    /// <param name="isStretch">Whether time is an axis of its own.</param>
    public T Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, T features, Func<T, T, T> overWindow, bool isStretch)
    {
        var h = ops.Convolve(ops.Gelu(ops.StopGradient(features)), weights["spread.first.weight"], weights["spread.first.bias"]);
        if (window is not null)
        {
            h = ops.Add(h, overWindow(weights["spread.window.weight"], weights["spread.window.bias"]));
            h = context.Convolve(ops, ops.Gelu(h), weights["spread.around.weight"], weights["spread.around.bias"]);
        }

        var output = ops.Convolve(ops.Gelu(h), weights["spread.second.weight"], weights["spread.second.bias"]);
        var u = new InputLayer(context).Rows(ops, output, isStretch); // [batch, space]
        var ratio = ops.Exp(ops.Scale(ops.Tanh(ops.Scale(u, 1 / MostLogarithm)), 2 * MostLogarithm));
        var r = ops.Add(ops.Multiply(ratio, weights[Scale]), weights[Floor]);
        return ops.Multiply(ops.Power(ops.Divide(r, ops.Offset(r, 1)), 0.5), ops.Constant(context.Climatology.Deviation));
    }
}
