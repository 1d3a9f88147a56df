using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>What networks of sequential analyses share: what they read of a forecast, the newest observations and a memory, gated residual blocks over the
/// grid, and the memory's update.</summary>
/// <remarks>
/// Blocks are h + W (p ⊙ tanh q), p and q convolutions of h (after Dauphin et al., 2017, doi:10.48550/arXiv.1612.08083): what carries a covariance along is a
/// product of it and of the state. The memory is updated as in a gated recurrent unit (Cho et al., 2014, doi:10.48550/arXiv.1406.1078), m + z ⊙ (tanh c - m).
/// Convolutions go round periodic axes and take 0 beyond walls; elsewhere every entry is a channel.
/// </remarks>
/// <param name="context">The task.</param>
/// <param name="size">The width of the layers, the number of blocks, the width of the convolutions.</param>
/// <param name="memory">The number of channels of what is remembered, and of earlier cycles whose innovations are.</param>
internal sealed class CycleTrunk(AssimilationContext context, (int Width, int Blocks, int Kernel) size, (int Channels, int History) memory)
{
    private const double Most = 4; // of what is read, in deviations of the climatology or of the errors

    private readonly InputLayer _input = new(context);
    private readonly int _fields = context.Channels;

    /// <summary>The number of channels of the memory.</summary>
    public int MemoryChannels => memory.Channels + (2 * _fields * memory.History);

    /// <summary>The channels that <see cref="Read"/> makes.</summary>
    public int Inputs => (3 * _fields) + MemoryChannels;

    /// <summary>The outputs that <see cref="Remember"/> takes.</summary>
    public int MemoryOutputs => 2 * memory.Channels;

    /// <summary>The points of the grid, or one where entries are channels.</summary>
    public int Points => context.Layout.Size / _fields;

    /// <summary>Finds what is wrong with sizes and layout.</summary>
    /// <param name="faults">What was found so far.</param>
    public Faults Check(Faults faults)
    {
        var least = context.Grid?.Shape.Min() ?? int.MaxValue;
        return faults
            .Require(memory.Channels is >= 1 and <= NetworkLimits.Width, "Memory", $"1 to {NetworkLimits.Width}", memory.Channels)
            .Require(memory.History is >= 0 and <= NetworkLimits.Blocks, "History", $"0 to {NetworkLimits.Blocks}", memory.History)
            .Require(size.Width is >= 1 and <= NetworkLimits.Width, "Width", $"1 to {NetworkLimits.Width}", size.Width)
            .Require(size.Blocks is >= 0 and <= NetworkLimits.Blocks, "Blocks", $"0 to {NetworkLimits.Blocks}", size.Blocks)
            .Require(size.Kernel >= 1 && size.Kernel % 2 == 1 && size.Kernel <= least, "Kernel",
                $"an odd number, at most the {least} sites of the grid's shortest axis", size.Kernel)
            .Require(
                context.Grid is not null || context.Layout.Fields.All(f => f.Grid.IsPeriodicLine || !f.Grid.HasDistance), "Layout",
                "fields on one ring, line, torus or plane, or rings and components, whose entries become channels", context.Layout);
    }

    /// <summary>Declares the weights.</summary>
    /// <param name="inputs">The channels that are read.</param>
    /// <param name="outputs">The channels of the last layer, which starts at 0.</param>
    public IReadOnlyList<WeightDefinition> Declare(int inputs, int outputs)
    {
        var kernel = SpaceConvolution.Widths(context, size.Kernel);
        var definitions = new WeightDefinitions().Convolution("in", size.Width, inputs, kernel);
        for (var block = 0; block < size.Blocks; block++)
        {
            definitions.Convolution($"{block}.first", 2 * size.Width, size.Width, kernel).Convolution($"{block}.second", size.Width, size.Width, kernel);
        }

        return definitions.Zeros("out.weight", outputs, size.Width, 1).Zeros("out.bias", outputs).List;
    }

    /// <summary>What is read.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="background">The forecast, as coordinates. [batch, space]</param>
    /// <param name="observations">Raw values (0 where missing) and mask. [batch, 2, site]</param>
    /// <param name="memory">The memory. [batch, channel, point]</param>
    /// <returns>All of it as channels; y - x^f where observed over the climatology's deviation, the same over the errors' and bounded, and the mask. [batch,
    /// channel or field, point]</returns>
    public (T Channels, T Innovation, T Scaled, T Seen) Read<T>(INetworkAlgebra<T> ops, T background, T observations, T memory)
    {
        var placed = _input.Place(ops, ops.InsertAxis(observations, -2)); // [batch, 2, 1, space]
        var mask = ops.RemoveAxis(ops.Slice(placed, -3, 1, 1), -2); // [batch, 1, space]
        var values = ops.RemoveAxis(ops.Slice(placed, -3, 0, 1), -2);
        var (mean, deviation) = (ops.Constant(context.Climatology.Mean), ops.Constant(context.Climatology.Deviation));
        var forecast = ops.InsertAxis(ops.Divide(ops.Subtract(background, mean), deviation), -2);
        var innovation = Fields(ops, ops.Multiply(ops.Subtract(_input.Normalize(ops, values, mask), forecast), mask));
        var seen = Fields(ops, mask);
        var scaled = Limit(ops, ops.Multiply(innovation, Constant(ops, i => context.Climatology.Deviation[i] / (context.Sigma * (context.Scales?[i] ?? 1)))));
        return (ops.Concat(-2, Limit(ops, Fields(ops, forecast)), scaled, seen, memory), innovation, scaled, seen);
    }

    /// <summary>The last features and what the last layer makes of them. [batch, width, point] and [batch, output, point]</summary>
    public (T Features, T Output) Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, T read)
    {
        var h = context.Convolve(ops, read, weights["in.weight"], weights["in.bias"]);
        for (var block = 0; block < size.Blocks; block++)
        {
            var both = context.Convolve(ops, h, weights[$"{block}.first.weight"], weights[$"{block}.first.bias"]);
            var gated = ops.Multiply(ops.Slice(both, -2, 0, size.Width), ops.Tanh(ops.Slice(both, -2, size.Width, size.Width)));
            h = ops.Add(h, context.Convolve(ops, gated, weights[$"{block}.second.weight"], weights[$"{block}.second.bias"]));
        }

        h = ops.Gelu(h);
        return (h, ops.Convolve(h, weights["out.weight"], weights["out.bias"]));
    }

    /// <summary>The next memory.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="output">The last of the last layer's output. [batch, <see cref="MemoryOutputs"/>, point]</param>
    /// <param name="old">The memory.</param>
    /// <param name="innovation">The bounded innovations.</param>
    /// <param name="seen">Where there are some.</param>
    public T Remember<T>(INetworkAlgebra<T> ops, T output, T old, T innovation, T seen)
    {
        var m = memory.Channels;
        var opened = ops.Offset(ops.Scale(ops.Tanh(ops.Scale(ops.Slice(output, -2, 0, m), 0.5)), 0.5), 0.5); // the logistic function
        var kept = ops.Slice(old, -2, 0, m);
        var next = ops.Add(kept, ops.Multiply(opened, ops.Subtract(ops.Tanh(ops.Slice(output, -2, m, m)), kept)));
        return memory.History switch
        {
            0 => next,
            1 => ops.Concat(-2, next, innovation, seen),
            _ => ops.Concat(-2, next, innovation, seen, ops.Slice(old, -2, m, 2 * _fields * (memory.History - 1))),
        };
    }

    // A forecast that is far off must not make the gain that brings it back larger and larger.
    private static T Limit<T>(INetworkAlgebra<T> ops, T a) => ops.Scale(ops.Tanh(ops.Scale(a, 1 / Most)), Most);

    // [batch, 1, space] to [batch, field, point]
    private T Fields<T>(INetworkAlgebra<T> ops, T a) => _fields == 1 ? a : ops.SplitLast(ops.MergeLast(a), Points);

    private T Constant<T>(INetworkAlgebra<T> ops, Func<int, double> at)
    {
        var values = ops.Constant([.. Enumerable.Range(0, context.Layout.Size).Select(at)]);
        return _fields == 1 ? values : ops.SplitLast(values, Points);
    }
}
