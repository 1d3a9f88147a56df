using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A sequential analysis with an explicit local gain: x^a_i = x^f_i + Σ_o K_{i,o} (y - x^f)_{i+o}, K from forecast, innovations and memory.</summary>
/// <remarks>
/// The gain's weights are outputs of a small residual network over the grid, so that an analysis is linear in the innovations given K, as the Kalman filter's
/// is, and the learned gain can be looked at: of the best linear analysis with H = I its middle weight is the error variance over σ². Blocks are gated, h +
/// W (p ⊙ tanh q), p and q convolutions of h (after Dauphin et al., 2017, doi:10.48550/arXiv.1612.08083): what carries a covariance along is a product of it
/// and of the state. The memory is updated as in a gated recurrent unit (Cho et al., 2014, doi:10.48550/arXiv.1406.1078), m + z ⊙ (tanh c - m). Convolutions go
/// round periodic axes and take 0 beyond walls; elsewhere every entry is a channel, and the gain a full matrix.
/// </remarks>
public sealed class LocalGainNetwork : CycleNetwork
{
    private const double FirstGain = 0.1; // before training, of each site for itself
    private const double GainScale = 0.1; // of the last layer's output
    private const double Most = 4; // of what is read, in deviations of the climatology or of the errors

    private readonly AssimilationContext _context;
    private readonly InputLayer _input;
    private readonly Options _options;
    private readonly SpreadHead _spread;
    private readonly int _fields;
    private readonly int _neighbours; // of a gain, the site itself included

    /// <summary>Declares the network.</summary>
    /// <param name="context">The task.</param>
    /// <param name="options">Reach of the gain, memory, width, blocks.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public LocalGainNetwork(AssimilationContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(context);
        var least = context.Grid?.Shape.Min() ?? int.MaxValue;
        new Faults("local-gain")
            .Require(options.Reach >= 0 && (2L * options.Reach) + 1 <= least, nameof(options.Reach),
                $"at least 0, and a gain of 2 reach + 1 sites within the {least} of the grid's shortest axis", options.Reach)
            .Require(options.Memory is >= 1 and <= NetworkLimits.Width, nameof(options.Memory), $"1 to {NetworkLimits.Width}", options.Memory)
            .Require(options.History is >= 0 and <= NetworkLimits.Blocks, nameof(options.History), $"0 to {NetworkLimits.Blocks}", options.History)
            .Require(options.Width is >= 1 and <= NetworkLimits.Width, nameof(options.Width), $"1 to {NetworkLimits.Width}", options.Width)
            .Require(options.Blocks is >= 0 and <= NetworkLimits.Blocks, nameof(options.Blocks), $"0 to {NetworkLimits.Blocks}", options.Blocks)
            .Require(options.Kernel >= 1 && options.Kernel % 2 == 1 && options.Kernel <= least, nameof(options.Kernel),
                $"an odd number, at most the {least} sites of the grid's shortest axis", options.Kernel)
            .Require(
                context.Grid is not null || context.Layout.Fields.All(f => f.Grid.IsPeriodicLine || !f.Grid.HasDistance), nameof(context.Layout),
                "fields on one ring, line, torus or plane, or rings and components, whose entries become channels", context.Layout)
            .ThrowIfAny();
        (_context, _input, _options, _fields) = (context, new(context), options, context.Channels);
        _neighbours = SpaceConvolution.Widths(context, (2 * options.Reach) + 1).Aggregate(1, (product, width) => product * width);
        _spread = new SpreadHead(context, options.Width);
        WeightDefinitions = [.. Declare(), .. _spread.WeightDefinitions];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override int MemoryChannels => _options.Memory + (2 * _fields * _options.History);

    /// <inheritdoc/>
    public override int GainChannels => _fields * _fields * _neighbours;

    /// <inheritdoc/>
    public override int Points => _context.Layout.Size / _fields;

    /// <inheritdoc/>
    public override CycleAnalysis<T> Analyze<T>(INetworkAlgebra<T> ops, Weights<T> weights, T background, T observations, T memory)
    {
        var (forecast, innovation, seen) = Read(ops, background, observations); // [batch, field, point] each
        var scaled = ops.Multiply(innovation, Constant(ops, i => _context.Climatology.Deviation[i] / (_context.Sigma * (_context.Scales?[i] ?? 1))));
        scaled = Limit(ops, scaled);
        var h = Trunk(ops, weights, ops.Concat(-2, Limit(ops, forecast), scaled, seen, memory)); // [batch, width, point]
        var output = ops.Convolve(h, weights["out.weight"], weights["out.bias"]);
        var gain = ops.Add(ops.Scale(ops.Slice(output, -2, 0, GainChannels), GainScale), First(ops));
        var increment = ops.Multiply(Apply(ops, gain, innovation), ops.Constant(_context.Climatology.Deviation));
        return new(ops.Add(background, increment), Remember(ops, output, memory, scaled, seen), gain, h);
    }

    /// <inheritdoc/>
    public override T Spread<T>(INetworkAlgebra<T> ops, Weights<T> weights, T features) =>
        _spread.Evaluate(ops, weights, features, (_, _) => throw new InvalidOperationException("The spread reads no window."), isStretch: false);

    // The forecast, and y - x^f where observed, both over the climatology's deviation, with the mask.
    private (T Forecast, T Innovation, T Seen) Read<T>(INetworkAlgebra<T> ops, T background, T observations)
    {
        var placed = _input.Place(ops, ops.InsertAxis(observations, -2)); // [batch, 2, 1, space]
        var mask = ops.RemoveAxis(ops.Slice(placed, -3, 1, 1), -2); // [batch, 1, space]
        var values = ops.RemoveAxis(ops.Slice(placed, -3, 0, 1), -2);
        var (mean, deviation) = (ops.Constant(_context.Climatology.Mean), ops.Constant(_context.Climatology.Deviation));
        var forecast = ops.InsertAxis(ops.Divide(ops.Subtract(background, mean), deviation), -2);
        var innovation = ops.Multiply(ops.Subtract(_input.Normalize(ops, values, mask), forecast), mask);
        return (Fields(ops, forecast), Fields(ops, innovation), Fields(ops, mask));
    }

    // [batch, 1, space] to [batch, field, point]
    private T Fields<T>(INetworkAlgebra<T> ops, T a) => _fields == 1 ? a : ops.SplitLast(ops.MergeLast(a), Points);

    // A forecast that is far off must not make the gain that brings it back larger and larger.
    private static T Limit<T>(INetworkAlgebra<T> ops, T a) => ops.Scale(ops.Tanh(ops.Scale(a, 1 / Most)), Most);

    private T Trunk<T>(INetworkAlgebra<T> ops, Weights<T> weights, T read)
    {
        var h = _context.Convolve(ops, read, weights["in.weight"], weights["in.bias"]);
        for (var block = 0; block < _options.Blocks; block++)
        {
            var both = _context.Convolve(ops, h, weights[$"{block}.first.weight"], weights[$"{block}.first.bias"]);
            var gated = ops.Multiply(ops.Slice(both, -2, 0, _options.Width), ops.Tanh(ops.Slice(both, -2, _options.Width, _options.Width)));
            h = ops.Add(h, _context.Convolve(ops, gated, weights[$"{block}.second.weight"], weights[$"{block}.second.bias"]));
        }

        return ops.Gelu(h);
    }

    // Σ over fields and neighbours of gain · innovation. [batch, space]
    private T Apply<T>(INetworkAlgebra<T> ops, T gain, T innovation)
    {
        var around = Around(ops, innovation); // [batch, field · neighbour, point]
        var each = _fields * _neighbours;
        T[] increments = [.. Enumerable.Range(0, _fields).Select(
            field => ops.Sum(ops.Multiply(_fields == 1 ? gain : ops.Slice(gain, -2, field * each, each), around), -2))];
        return increments is [var only] ? only : ops.Concat(-1, increments);
    }

    // Every neighbour's innovation as a channel: a convolution with kernels that have a single 1.
    private T Around<T>(INetworkAlgebra<T> ops, T innovation)
    {
        var outputs = _fields * _neighbours;
        if (_neighbours == 1)
        {
            return innovation;
        }

        var ones = new double[outputs * _fields * _neighbours];
        for (var output = 0; output < outputs; output++)
        {
            ones[(output * _fields * _neighbours) + output] = 1;
        }

        var kernel = ops.SplitLast(ops.SplitLast(ops.Constant(ones), _fields * _neighbours), _neighbours); // [output, field, neighbour]
        var isSquare = _context.Grid?.Shape.Count == 2;
        return _context.Convolve(
            ops, innovation, isSquare ? ops.SplitLast(kernel, (2 * _options.Reach) + 1) : kernel, ops.Constant(new double[outputs]));
    }

    private T First<T>(INetworkAlgebra<T> ops)
    {
        var gain = new double[GainChannels];
        for (var field = 0; field < _fields; field++)
        {
            gain[(((field * _fields) + field) * _neighbours) + (_neighbours / 2)] = FirstGain;
        }

        return ops.InsertAxis(ops.Constant(gain), -1);
    }

    private T Remember<T>(INetworkAlgebra<T> ops, T output, T memory, T innovation, T seen)
    {
        var m = _options.Memory;
        var opened = ops.Offset(ops.Scale(ops.Tanh(ops.Scale(ops.Slice(output, -2, GainChannels, m), 0.5)), 0.5), 0.5); // the logistic function
        var old = ops.Slice(memory, -2, 0, m);
        var next = ops.Add(old, ops.Multiply(opened, ops.Subtract(ops.Tanh(ops.Slice(output, -2, GainChannels + m, m)), old)));
        return _options.History switch
        {
            0 => next,
            1 => ops.Concat(-2, next, innovation, seen),
            _ => ops.Concat(-2, next, innovation, seen, ops.Slice(memory, -2, m, 2 * _fields * (_options.History - 1))),
        };
    }

    private IReadOnlyList<WeightDefinition> Declare()
    {
        var (width, kernel) = (_options.Width, SpaceConvolution.Widths(_context, _options.Kernel));
        var definitions = new WeightDefinitions().Convolution("in", width, (3 * _fields) + MemoryChannels, kernel);
        for (var block = 0; block < _options.Blocks; block++)
        {
            definitions.Convolution($"{block}.first", 2 * width, width, kernel).Convolution($"{block}.second", width, width, kernel);
        }

        var outputs = GainChannels + (2 * _options.Memory);
        return definitions.Zeros("out.weight", outputs, width, 1).Zeros("out.bias", outputs).List; // from a constant gain
    }

    private T Constant<T>(INetworkAlgebra<T> ops, Func<int, double> at)
    {
        var values = ops.Constant([.. Enumerable.Range(0, _context.Layout.Size).Select(at)]);
        return _fields == 1 ? values : ops.SplitLast(values, Points);
    }

    /// <summary>The network's size.</summary>
    public sealed record Options
    {
        /// <summary>The sites on each side that an innovation reaches in one cycle, along every axis.</summary>
        public int Reach { get; init; } = 8;

        /// <summary>The number of channels of what is remembered.</summary>
        public int Memory { get; init; } = 16;

        /// <summary>The number of earlier cycles whose innovations are remembered as they were.</summary>
        public int History { get; init; } = 2;

        /// <summary>The number of channels.</summary>
        public int Width { get; init; } = 48;

        /// <summary>The number of gated residual blocks.</summary>
        public int Blocks { get; init; } = 2;

        /// <summary>The width of the convolutions, odd.</summary>
        public int Kernel { get; init; } = 3;
    }
}
