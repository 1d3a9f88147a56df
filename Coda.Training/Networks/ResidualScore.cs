using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Training.Networks;

/// <summary>A residual network of a segment: its states are channels, of every site of a ring or of the whole state elsewhere.</summary>
/// <remarks>
/// D(x, σ) = x / (1 + σ²) + σ / √(1 + σ²) F(x / √(1 + σ²), ln σ), all in the climatology's deviations, so that F is of size 1 at every level (Karras et al.,
/// 2022, doi:10.48550/arXiv.2206.00364). F has residual blocks, h + W a(s(σ) W h + t(σ)) with a(x) = x / (1 + e⁻ˣ), whose scale s and shift t a small network
/// makes of ln σ and its sines and cosines. On a ring layers convolve, everywhere by the same kernel; elsewhere every number of the segment is a channel of its
/// own. Where the simulator is asked, F also reads how each state departs from its forecast from the one before, over σ: what noise adds across the attractor
/// is then at hand in the size that F has.
/// </remarks>
public sealed class ResidualScore : ScoreNetwork
{
    private const int Features = 1 + (2 * Frequencies);
    private const int Frequencies = 4;
    private const int LevelWidth = 32;

    private readonly AssimilationContext _context;
    private readonly Options _options;
    private readonly bool _isRing;
    private readonly SegmentDepartures? _departures;

    /// <summary>Declares the network.</summary>
    /// <param name="context">The task.</param>
    /// <param name="options">Blanket, width, blocks, kernel.</param>
    /// <exception cref="ArgumentException">Options out of range, or fields on grids of more than one axis or with ends.</exception>
    public ResidualScore(AssimilationContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        _isRing = context.Grid is { IsPeriodicLine: true };
        new Faults("residual-score")
            .Require(_isRing || context.Grid is null, nameof(context.Layout), "fields on one ring, or components", context.Layout)
            .Require(options.Blanket is >= 1 and <= NetworkLimits.HalfWidth, nameof(options.Blanket), $"1 to {NetworkLimits.HalfWidth}", options.Blanket)
            .Require(options.Width is >= 1 and <= NetworkLimits.Width, nameof(options.Width), $"1 to {NetworkLimits.Width}", options.Width)
            .Require(options.Blocks is >= 0 and <= NetworkLimits.Blocks, nameof(options.Blocks), $"0 to {NetworkLimits.Blocks}", options.Blocks)
            .Require(options.Kernel >= 1 && options.Kernel % 2 == 1 && (!_isRing || options.Kernel <= context.Grid!.Size), nameof(options.Kernel),
                "an odd number, at most the sites of the ring", options.Kernel)
            .Require(options.SimulatorSteps is >= 0 and <= 10000, nameof(options.SimulatorSteps), "0 to 10000", options.SimulatorSteps)
            .Require(options.SimulatorSteps == 0 || context.Dynamics is { Simulator.System.Forcing.Count: 0 }, nameof(options.SimulatorSteps),
                "0 where there is no simulator, or one with forcing", options.SimulatorSteps)
            .ThrowIfAny();
        (_context, _options) = (context, options);
        _departures = options.SimulatorSteps > 0 ? new(context, options.SimulatorSteps) : null;
        WeightDefinitions = Declare();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override int Blanket => _options.Blanket;

    private int Channels => _context.Channels * SegmentLength;

    private int DepartureChannels => _departures is null ? 0 : _context.Channels * (SegmentLength - 1);

    /// <inheritdoc/>
    public override T Denoise<T>(IAlgebra<T> ops, Weights<T> weights, T segment, T noise)
    {
        var (mean, deviation) = (ops.Constant(_context.Climatology.Mean), ops.Constant(_context.Climatology.Deviation));
        var x = ops.Divide(ops.Subtract(segment, mean), deviation);
        var sigma = ops.InsertAxis(noise, -1); // [batch, 1, 1]
        var inverse = ops.Power(ops.Offset(ops.Multiply(sigma, sigma), 1), -1);
        var root = ops.Power(inverse, 0.5);
        var input = Folded(ops, ops.Multiply(x, root));
        input = _departures is null ? input : ops.Concat(-2, input, Folded(ops, _departures.Of(ops, x, sigma)));
        var f = States(ops, Trunk(ops, weights, input, Level(ops, weights, noise)));
        var denoised = ops.Add(ops.Multiply(x, inverse), ops.Multiply(ops.Multiply(sigma, root), f));
        return ops.Add(ops.Multiply(denoised, deviation), mean);
    }

    private T Trunk<T>(IAlgebra<T> ops, Weights<T> weights, T input, T level)
    {
        var h = Layer(ops, weights, "in", input);
        for (var block = 0; block < _options.Blocks; block++)
        {
            var (scale, shift) = (Mix(ops, weights, $"{block}.scale", level), Mix(ops, weights, $"{block}.shift", level));
            var inner = ops.Add(ops.Multiply(Layer(ops, weights, $"{block}.first", Swish(ops, h)), ops.Offset(scale, 1)), shift);
            h = ops.Add(h, Layer(ops, weights, $"{block}.second", Swish(ops, inner)));
        }

        return Mix(ops, weights, "out", Swish(ops, h));
    }

    // [width, 1 or batch] or [batch, width, 1]: as the layers have their channels.
    private T Level<T>(IAlgebra<T> ops, Weights<T> weights, T noise)
    {
        var logarithm = ops.Log(_isRing ? ops.InsertAxis(noise, -1) : ops.Transpose(noise, -2, -1));
        var features = new List<T> { ops.Scale(logarithm, 0.25) };
        for (var i = 0; i < Frequencies; i++)
        {
            var phase = ops.Scale(logarithm, 0.5 * (1 << i));
            features.AddRange([ops.Sin(phase), ops.Cos(phase)]);
        }

        return Swish(ops, Mix(ops, weights, "level", ops.Concat(-2, [.. features])));
    }

    // Along space on a ring; elsewhere the batch is the last axis, so that a layer is one product of matrices.
    private T Layer<T>(IAlgebra<T> ops, Weights<T> weights, string name, T a) => _isRing
        ? ops.Add(ops.Convolve(a, weights[$"{name}.weight"], Padding.Periodic), ops.InsertAxis(weights[$"{name}.bias"], -1)) : Mix(ops, weights, name, a);

    private static T Mix<T>(IAlgebra<T> ops, Weights<T> weights, string name, T a) =>
        ops.Add(ops.Linear(weights[$"{name}.weight"], a), ops.InsertAxis(weights[$"{name}.bias"], -1));

    // x / (1 + e⁻ˣ)
    private static T Swish<T>(IAlgebra<T> ops, T a) => ops.Scale(ops.Multiply(a, ops.Offset(ops.Tanh(ops.Scale(a, 0.5)), 1)), 0.5);

    // [batch, time, space] to [batch, time · field, site] on a ring, to [time · space, batch] elsewhere.
    private T Folded<T>(IAlgebra<T> ops, T x)
    {
        if (!_isRing)
        {
            return ops.Transpose(ops.MergeLast(x), -2, -1);
        }

        return _context.Channels == 1 ? x : ops.Transpose(ops.MergeLast(ops.Transpose(ops.Transpose(
            ops.SplitLast(x, _context.Grid!.Size), -2, -1), -3, -2)), -2, -1); // [batch, site, time · field] on the way
    }

    private T States<T>(IAlgebra<T> ops, T channels)
    {
        if (!_isRing)
        {
            return ops.SplitLast(ops.Transpose(channels, -2, -1), _context.Layout.Size);
        }

        return _context.Channels == 1 ? channels : ops.MergeLast(ops.Transpose(ops.Transpose(
            ops.SplitLast(ops.Transpose(channels, -2, -1), _context.Channels), -3, -2), -2, -1));
    }

    private IReadOnlyList<WeightDefinition> Declare()
    {
        var (width, kernel) = (_options.Width, _isRing ? (int[])[_options.Kernel] : []);
        var definitions = new WeightDefinitions().Convolution("level", LevelWidth, Features).Convolution("in", width, Channels + DepartureChannels, kernel);
        for (var block = 0; block < _options.Blocks; block++)
        {
            definitions.Zeros($"{block}.scale.weight", width, LevelWidth).Zeros($"{block}.scale.bias", width)
                .Zeros($"{block}.shift.weight", width, LevelWidth).Zeros($"{block}.shift.bias", width)
                .Convolution($"{block}.first", width, width, kernel).Convolution($"{block}.second", width, width, kernel);
        }

        return definitions.Zeros("out.weight", Channels, width).Zeros("out.bias", Channels).List;
    }

    /// <summary>The network's size.</summary>
    public sealed record Options
    {
        /// <summary>The blanket k: the states on each side of one that its score depends on; a segment has 2 k + 1.</summary>
        public int Blanket { get; init; } = 4;

        /// <summary>The number of channels.</summary>
        public int Width { get; init; } = 128;

        /// <summary>The number of residual blocks.</summary>
        public int Blocks { get; init; } = 3;

        /// <summary>The width of the convolutions round a ring, odd.</summary>
        public int Kernel { get; init; } = 5;

        /// <summary>The simulator's steps from one state of a segment to the next, by whose end the next state departs from it: read beside the states; 0 for
        /// no simulator, as published.</summary>
        public int SimulatorSteps { get; init; }
    }
}
