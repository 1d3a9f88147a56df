using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A sequential analysis with an explicit local gain: x^a_i = x^f_i + Σ_o K_{i,o} (y - x^f)_{i+o}, K from forecast, innovations and memory.</summary>
/// <remarks>
/// The gain's weights are outputs of a small residual network over the grid, so that an analysis is linear in the innovations given K, as the Kalman filter's
/// is, and the learned gain can be looked at: of the best linear analysis with H = I its middle weight is the error variance over σ². Where entries are
/// channels the gain is a full matrix. With several members the network also reads the gain that their sample gives each observation by itself, and its own is
/// that one times what it says, plus what it says: members know, from the model, how errors grew; the network knows how few they are. Prefer it to
/// <see cref="ResidualAnalysisNetwork"/>: it is better, and says what it does.
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

    private readonly AssimilationContext _context;
    private readonly CycleTrunk _trunk;
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
        _trunk = new CycleTrunk(context, (options.Width, options.Blocks, options.Kernel), (options.Memory, options.History));
        _trunk.Check(new Faults("local-gain"))
            .Require(options.Reach >= 0 && (2L * options.Reach) + 1 <= least, nameof(options.Reach),
                $"at least 0, and a gain of 2 reach + 1 sites within the {least} of the grid's shortest axis", options.Reach)
            .Require(options.Members is >= 1 and <= MostMembers, nameof(options.Members), $"1 to {MostMembers}", options.Members)
            .ThrowIfAny();
        (_context, _options, _fields) = (context, options, context.Channels);
        _neighbours = SpaceConvolution.Widths(context, (2 * options.Reach) + 1).Aggregate(1, (product, width) => product * width);
        (_spread, _members) = (new SpreadHead(context, options.Width), new MemberGains(context, options.Reach));
        WeightDefinitions = [.. _trunk.Declare(_trunk.Inputs + (Members == 1 ? 0 : GainChannels), Outputs), .. _spread.WeightDefinitions];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override int Members => _options.Members;

    /// <inheritdoc/>
    public override int MemoryChannels => _trunk.MemoryChannels;

    /// <inheritdoc/>
    public override int GainChannels => _fields * _fields * _neighbours;

    /// <inheritdoc/>
    public override int Points => _trunk.Points;

    private int Outputs => (GainChannels * (Members == 1 ? 1 : 3)) + (Members == 1 ? 0 : _fields) + _trunk.MemoryOutputs;

    /// <inheritdoc/>
    public override CycleAnalysis<T> Analyze<T>(INetworkAlgebra<T> ops, Weights<T> weights, T background, T observations, T memory)
    {
        var (mean, deviations) = _members.Split(ops, background);
        var read = _trunk.Read(ops, mean, observations, memory);
        if (Members == 1)
        {
            var (h, output) = _trunk.Evaluate(ops, weights, read.Channels);
            var gain = Free(ops, output);
            var state = Correct(ops, mean, gain, read.Innovation);
            return new(state, ops.InsertAxis(state, -2), Remember(ops, output, memory, read.Scaled, read.Seen), gain, h);
        }

        return WithMembers(ops, weights, read, mean, deviations, memory);
    }

    /// <inheritdoc/>
    public override T Spread<T>(INetworkAlgebra<T> ops, Weights<T> weights, T features) =>
        _spread.Evaluate(ops, weights, features, (_, _) => throw new InvalidOperationException("The spread reads no window."), isStretch: false);

    private CycleAnalysis<T> WithMembers<T>(
        INetworkAlgebra<T> ops, Weights<T> weights, (T Channels, T Innovation, T Scaled, T Seen) read, T mean, T deviations, T memory)
    {
        var around = _members.Around(ops, deviations);
        var alone = _members.Alone(ops, deviations, around);
        var (h, output) = _trunk.Evaluate(ops, weights, ops.Concat(-2, read.Channels, alone));
        var gain = ops.Add(ops.Multiply(alone, Share(0)), Free(ops, output));
        var seenAround = _members.ForEach(ops, _members.Around(ops, read.Seen));
        var after = _members.Update(ops, deviations, around, ops.Multiply(ops.Multiply(alone, Share(1)), seenAround));
        var growth = ops.Offset(ops.Scale(ops.Slice(output, -2, 3 * GainChannels, _fields), Growth), FirstGrowth); // [batch, field, point]
        var state = Correct(ops, mean, gain, read.Innovation);
        var members = _members.Members(ops, state, ops.Multiply(after, ops.InsertAxis(growth, -3)));
        return new(state, members, Remember(ops, output, memory, read.Scaled, read.Seen), gain, h);

        T Share(int which) => ops.Multiply(
            _members.Taper(ops, which == 1),
            ops.Offset(ops.Scale(ops.Slice(output, -2, (1 + which) * GainChannels, GainChannels), Shares), 1));
    }

    private T Correct<T>(INetworkAlgebra<T> ops, T mean, T gain, T innovation) =>
        ops.Add(mean, ops.Multiply(Apply(ops, gain, innovation), ops.Constant(_context.Climatology.Deviation)));

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

    private T Remember<T>(INetworkAlgebra<T> ops, T output, T memory, T scaled, T seen) =>
        _trunk.Remember(ops, ops.Slice(output, -2, Outputs - _trunk.MemoryOutputs, _trunk.MemoryOutputs), memory, scaled, seen);

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
