using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A sequential analysis with an explicit local gain: x^a_i = x^f_i + Σ_o K_{i,o} (y - x^f)_{i+o}, K from forecast, innovations and memory.</summary>
/// <remarks>
/// The gain's weights are outputs of a small residual network over the grid, so that an analysis is linear in the innovations given K, as the Kalman filter's
/// is, and the learned gain can be looked at: of the best linear analysis with H = I its middle weight is the error variance over σ². Blocks are gated, h +
/// W (p ⊙ tanh q), p and q convolutions of h (after Dauphin et al., 2017, doi:10.48550/arXiv.1612.08083): what carries a covariance along is a product of it
/// and of the state. The memory is updated as in a gated recurrent unit (Cho et al., 2014, doi:10.48550/arXiv.1406.1078), m + z ⊙ (tanh c - m). Convolutions go
/// round periodic axes and take 0 beyond walls; elsewhere every entry is a channel, and the gain a full matrix. With several members the network also
/// reads the gain that their sample gives each observation by itself, and its own is that one times what it says, plus what it says: members know, from the
/// model, how errors grew; the network knows how few they are.
/// </remarks>
public sealed class LocalGainNetwork : CycleNetwork
{
    private const double FirstGain = 0.1; // before training, of each site for itself
    private const double FirstGainOfMembers = 0.03; // likewise, besides what the members say
    private const double FirstGrowth = 1.02; // of members' deviations, before training: a few believe too much
    private const double GainScale = 0.1; // of the last layer's output
    private const double Shares = 0.3; // of the last layer's output, in what a sample's gain is multiplied by
    private const double Growth = 0.1; // of the last layer's output, in what deviations are multiplied by
    private const int MostMembers = 1024;
    private const double Most = 4; // of what is read, in deviations of the climatology or of the errors

    private readonly AssimilationContext _context;
    private readonly InputLayer _input;
    private readonly Options _options;
    private readonly SpreadHead _spread;
    private readonly MemberGains _members;
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
            .Require(options.Members is >= 1 and <= MostMembers, nameof(options.Members), $"1 to {MostMembers}", options.Members)
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
        (_spread, _members) = (new SpreadHead(context, options.Width), new MemberGains(context, options.Reach));
        WeightDefinitions = [.. Declare(), .. _spread.WeightDefinitions];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override int Members => _options.Members;

    /// <inheritdoc/>
    public override int MemoryChannels => _options.Memory + (2 * _fields * _options.History);

    /// <inheritdoc/>
    public override int GainChannels => _fields * _fields * _neighbours;

    /// <inheritdoc/>
    public override int Points => _context.Layout.Size / _fields;

    private int Inputs => (3 * _fields) + MemoryChannels + (Members == 1 ? 0 : GainChannels);

    private int Outputs => (GainChannels * (Members == 1 ? 1 : 3)) + (Members == 1 ? 0 : _fields) + (2 * _options.Memory);

    /// <inheritdoc/>
    public override CycleAnalysis<T> Analyze<T>(INetworkAlgebra<T> ops, Weights<T> weights, T background, T observations, T memory)
    {
        var (mean, deviations) = _members.Split(ops, background);
        var (forecast, innovation, seen) = Read(ops, mean, observations); // [batch, field, point] each
        var scaled = ops.Multiply(innovation, Constant(ops, i => _context.Climatology.Deviation[i] / (_context.Sigma * (_context.Scales?[i] ?? 1))));
        scaled = Limit(ops, scaled);
        var read = ops.Concat(-2, Limit(ops, forecast), scaled, seen, memory);
        if (Members == 1)
        {
            var (h, output) = Evaluate(ops, weights, read);
            var gain = Free(ops, output);
            var state = Correct(ops, mean, gain, innovation);
            return new(state, ops.InsertAxis(state, -2), Remember(ops, output, memory, scaled, seen), gain, h);
        }

        return WithMembers(ops, weights, read, mean, deviations, innovation, scaled, seen, memory);
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

    private CycleAnalysis<T> WithMembers<T>(
        INetworkAlgebra<T> ops, Weights<T> weights, T read, T mean, T deviations, T innovation, T scaled, T seen, T memory)
    {
        var around = _members.Around(ops, deviations);
        var alone = _members.Alone(ops, deviations, around);
        var (h, output) = Evaluate(ops, weights, ops.Concat(-2, read, alone));
        var gain = ops.Add(ops.Multiply(alone, Share(0)), Free(ops, output));
        var seenAround = _members.ForEach(ops, _members.Around(ops, seen));
        var after = _members.Update(ops, deviations, around, ops.Multiply(ops.Multiply(alone, Share(1)), seenAround));
        var growth = ops.Offset(ops.Scale(ops.Slice(output, -2, 3 * GainChannels, _fields), Growth), FirstGrowth); // [batch, field, point]
        var state = Correct(ops, mean, gain, innovation);
        return new(
            state, _members.Members(ops, state, ops.Multiply(after, ops.InsertAxis(growth, -3))), Remember(ops, output, memory, scaled, seen), gain, h);

        T Share(int which) => ops.Multiply(
            _members.Taper(ops, which == 1),
            ops.Offset(ops.Scale(ops.Slice(output, -2, (1 + which) * GainChannels, GainChannels), Shares), 1));
    }

    private (T Features, T Output) Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, T read)
    {
        var h = Trunk(ops, weights, read); // [batch, width, point]
        return (h, ops.Convolve(h, weights["out.weight"], weights["out.bias"]));
    }

    private T Correct<T>(INetworkAlgebra<T> ops, T mean, T gain, T innovation) =>
        ops.Add(mean, ops.Multiply(Apply(ops, gain, innovation), ops.Constant(_context.Climatology.Deviation)));

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
        var around = _members.Around(ops, innovation); // [batch, field · neighbour, point]
        var each = _fields * _neighbours;
        T[] increments = [.. Enumerable.Range(0, _fields).Select(
            field => ops.Sum(ops.Multiply(_fields == 1 ? gain : ops.Slice(gain, -2, field * each, each), around), -2))];
        return increments is [var only] ? only : ops.Concat(-1, increments);
    }

    // What does not come from members.
    private T Free<T>(INetworkAlgebra<T> ops, T output) => ops.Add(ops.Scale(ops.Slice(output, -2, 0, GainChannels), GainScale), First(ops));

    private T First<T>(INetworkAlgebra<T> ops)
    {
        var gain = new double[GainChannels];
        for (var field = 0; field < _fields; field++)
        {
            gain[(((field * _fields) + field) * _neighbours) + (_neighbours / 2)] = Members == 1 ? FirstGain : FirstGainOfMembers;
        }

        return ops.InsertAxis(ops.Constant(gain), -1);
    }

    private T Remember<T>(INetworkAlgebra<T> ops, T output, T memory, T innovation, T seen)
    {
        var (m, from) = (_options.Memory, Outputs - (2 * _options.Memory));
        var opened = ops.Offset(ops.Scale(ops.Tanh(ops.Scale(ops.Slice(output, -2, from, m), 0.5)), 0.5), 0.5); // the logistic function
        var old = ops.Slice(memory, -2, 0, m);
        var next = ops.Add(old, ops.Multiply(opened, ops.Subtract(ops.Tanh(ops.Slice(output, -2, from + m, m)), old)));
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
        var definitions = new WeightDefinitions().Convolution("in", width, Inputs, kernel);
        for (var block = 0; block < _options.Blocks; block++)
        {
            definitions.Convolution($"{block}.first", 2 * width, width, kernel).Convolution($"{block}.second", width, width, kernel);
        }

        return definitions.Zeros("out.weight", Outputs, width, 1).Zeros("out.bias", Outputs).List; // from a constant gain
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

        /// <summary>The number of states that the model carries along together, so that their differences tell how errors grew; 1 for none.</summary>
        public int Members { get; init; } = 1;

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
