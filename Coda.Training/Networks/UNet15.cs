using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The published 1.5-D U-Net: an encoder over time and space, skips through a maximum over time, a decoder over space.</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), section 2.6 and fig. 2, with the sizes of their code. Input channels are value, mask, integer time offset, and offset x
/// value; nothing is scaled; padding is circular on both axes. 412,641 weights. The ring's size must be a multiple of 4.
/// </remarks>
public sealed class UNet15 : AssimilationNetwork
{
    private static readonly int[] Encoder = [32, 64, 128];
    private static readonly (int Input, int Middle, int Output)[] Decoder = [(128, 128, 64), (128, 64, 32), (64, 32, 32)];

    private readonly Options _options;
    private readonly InputLayer _input;

    /// <summary>Declares the network.</summary>
    /// <param name="context">The task.</param>
    /// <param name="options">The window.</param>
    /// <exception cref="ArgumentException">The layout is not of one field on a ring of a multiple of 4, or the window is shorter than 4 steps.</exception>
    public UNet15(AssimilationContext context, Options options)
    {
        new Faults("unet15")
            .Require(options.HalfWidth is >= 2 and <= NetworkLimits.HalfWidth, nameof(options.HalfWidth), $"2 to {NetworkLimits.HalfWidth}", options.HalfWidth)
            .Require(
                context.Layout.Grid is { IsPeriodicLine: true } && context.Layout.Size % 4 == 0, nameof(context.Layout),
                "one field on one ring whose size is a multiple of 4 (or take time-channel)", context.Layout)
            .ThrowIfAny();
        (_options, _input) = (options, new InputLayer(context));
        WeightDefinitions = Declare();
    }

    /// <inheritdoc/>
    public override int HalfWidth => _options.HalfWidth;

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override NetworkAnalysis<T> Analyze<T>(INetworkAlgebra<T> ops, Weights<T> weights, T window)
    {
        var h = Channels(ops, _input.Place(ops, window)); // [batch, 4, time, space]
        var skips = new List<T>();
        for (var level = 0; level < Encoder.Length; level++)
        {
            h = level == 0 ? h : ops.MaxPool(h);
            h = ops.Relu(ops.ConvolveTimeSpace(h, weights[$"down{level}.first.weight"], weights[$"down{level}.first.bias"], weights.Norm($"down{level}.norm")));
            h = ops.ConvolveTimeSpace(h, weights[$"down{level}.second.weight"], weights[$"down{level}.second.bias"]);
            skips.Add(ops.MaxOverTime(h)); // [batch, channel, space]
        }

        var u = Block(ops, weights, "up0", skips[2]);
        for (var level = 1; level < Decoder.Length; level++)
        {
            u = ops.Upsample(u, weights[$"rise{level}.weight"], weights[$"rise{level}.bias"]);
            u = Block(ops, weights, $"up{level}", ops.Concat(-2, u, skips[2 - level]));
        }

        return new(ops.RemoveAxis(ops.Convolve(u, weights["head.weight"], weights["head.bias"]), -2));
    }

    private T Channels<T>(INetworkAlgebra<T> ops, T window)
    {
        var (values, mask) = (ops.Slice(window, -3, 0, 1), ops.Slice(window, -3, 1, 1));
        var offsets = Enumerable.Range(-HalfWidth, (2 * HalfWidth) + 1).Select(offset => (double)offset).ToArray();
        var times = ops.Add(ops.Scale(mask, 0), ops.InsertAxis(ops.Constant(offsets), -1));
        return ops.Concat(-3, values, mask, times, ops.Multiply(times, values));
    }

    private static T Block<T>(INetworkAlgebra<T> ops, Weights<T> weights, string name, T a)
    {
        var h = ops.Relu(ops.Convolve(a, weights[$"{name}.first.weight"], weights[$"{name}.first.bias"], weights.Norm($"{name}.norm")));
        return ops.Convolve(h, weights[$"{name}.second.weight"], weights[$"{name}.second.bias"]);
    }

    private static IReadOnlyList<WeightDefinition> Declare()
    {
        var definitions = new WeightDefinitions();
        var input = 4;
        for (var level = 0; level < Encoder.Length; level++)
        {
            definitions.Convolution($"down{level}.first", Encoder[level], input, 3, 3).BatchNorm($"down{level}.norm", Encoder[level])
                .Convolution($"down{level}.second", Encoder[level], Encoder[level], 3, 3);
            input = Encoder[level];
        }

        for (var level = 0; level < Decoder.Length; level++)
        {
            var (inputs, middle, output) = Decoder[level];
            if (level > 0)
            {
                definitions.Upsampling($"rise{level}", Decoder[level - 1].Output, Decoder[level - 1].Output);
            }

            definitions.Convolution($"up{level}.first", middle, inputs, 3).BatchNorm($"up{level}.norm", middle)
                .Convolution($"up{level}.second", output, middle, 3);
        }

        return definitions.Convolution("head", 1, 32, 3).List;
    }

    /// <summary>The window; the default is the paper's.</summary>
    public sealed record Options
    {
        /// <summary>The half-width a of the window.</summary>
        public int HalfWidth { get; init; } = 25;
    }
}
