using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A sequential analysis as a residual network: x^a = x^f + a(x^f, innovations, memory), where anything is observed within reach.</summary>
/// <remarks>
/// Bocquet et al. (2024), doi:10.1063/5.0230837, whose network reads H^T R^-1 (y - H x^f): here innovations over their errors, and where they are. One state.
/// Prefer <see cref="LocalGainNetwork"/>, whose analysis is linear in the innovations, unless the relation of innovations and increments is not.
/// </remarks>
public sealed class ResidualAnalysisNetwork : CycleNetwork
{
    private readonly AssimilationContext _context;
    private readonly CycleTrunk _trunk;
    private readonly SpreadHead _spread;
    private readonly MemberGains _reach;

    /// <summary>Declares the network.</summary>
    /// <param name="context">The task.</param>
    /// <param name="options">Reach, memory, width, blocks.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public ResidualAnalysisNetwork(AssimilationContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(context);
        _trunk = new CycleTrunk(context, (options.Width, options.Blocks, options.Kernel), (options.Memory, options.History));
        var least = context.Grid?.Shape.Min() ?? int.MaxValue;
        _trunk.Check(new Faults("residual-analysis"))
            .Require(options.Reach >= 0 && (2L * options.Reach) + 1 <= least, nameof(options.Reach),
                $"at least 0, and 2 reach + 1 sites within the {least} of the grid's shortest axis", options.Reach)
            .ThrowIfAny();
        (_context, _spread, _reach) = (context, new SpreadHead(context, options.Width), new MemberGains(context, options.Reach));
        WeightDefinitions = [.. _trunk.Declare(_trunk.Inputs, context.Channels + _trunk.MemoryOutputs), .. _spread.WeightDefinitions];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override int Members => 1;

    /// <inheritdoc/>
    public override int MemoryChannels => _trunk.MemoryChannels;

    /// <inheritdoc/>
    public override int GainChannels => 0;

    /// <inheritdoc/>
    public override int Points => _trunk.Points;

    /// <inheritdoc/>
    public override CycleAnalysis<T> Analyze<T>(INetworkAlgebra<T> ops, Weights<T> weights, T background, T observations, T memory)
    {
        var mean = ops.RemoveAxis(background, -2);
        var read = _trunk.Read(ops, mean, observations, memory);
        var (h, output) = _trunk.Evaluate(ops, weights, read.Channels);
        var anySeen = ops.InsertAxis(ops.Step(ops.Sum(_reach.Around(ops, read.Seen), -2)), -2); // [batch, 1, point]
        var increment = ops.Multiply(ops.Slice(output, -2, 0, _context.Channels), anySeen); // [batch, field, point]
        var state = ops.Add(
            mean, ops.Multiply(
                _context.Channels == 1 ? ops.RemoveAxis(increment, -2) : ops.MergeLast(increment), ops.Constant(_context.Climatology.Deviation)));
        var remembered = _trunk.Remember(ops, ops.Slice(output, -2, _context.Channels, _trunk.MemoryOutputs), memory, read.Scaled, read.Seen);
        return new(state, ops.InsertAxis(state, -2), remembered, h, h);
    }

    /// <inheritdoc/>
    public override T Spread<T>(INetworkAlgebra<T> ops, Weights<T> weights, T features) =>
        _spread.Evaluate(ops, weights, features, (_, _) => throw new InvalidOperationException("The spread reads no window."), isStretch: false);

    /// <summary>The network's size.</summary>
    public sealed record Options
    {
        /// <summary>The sites on each side within which something must be observed where the forecast is changed, along every axis.</summary>
        public int Reach { get; init; } = 8;

        /// <summary>The number of channels of what is remembered.</summary>
        public int Memory { get; init; } = 16;

        /// <summary>The number of earlier cycles whose innovations are remembered as they were.</summary>
        public int History { get; init; } = 2;

        /// <summary>The number of channels.</summary>
        public int Width { get; init; } = 48;

        /// <summary>The number of gated residual blocks.</summary>
        public int Blocks { get; init; } = 4;

        /// <summary>The width of the convolutions, odd.</summary>
        public int Kernel { get; init; } = 5;
    }
}
