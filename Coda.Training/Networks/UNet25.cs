using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A U-Net over two dimensions, time as channels: residual blocks on grids that are halved from level to level, and back up with skips.</summary>
/// <remarks>
/// The sibling on grids of <see cref="UNet15"/> (Zinchenko and Greenberg, 2024, section 2.6; Ronneberger et al., 2015): each level pools by 2 along each axis
/// of space and doubles the channels, and what comes back up is added to what went down. Time enters as channels at the first layer, at a thirtieth of the cost
/// of convolutions over time. With few levels a sparse track reaches far: 4 (2^levels - 1) sites and more. A periodic axis must be a multiple of 2^levels; an
/// axis between walls of any length is padded with zeros up to one, and cut off again. States can be smoothed, for simulators that go astray from the rough
/// ones that a network gives before it has learned. The first layer spans the window (<see cref="WindowLayer"/>), so it also reads stretches. Serves rings and
/// lines, too.
/// </remarks>
public sealed class UNet25 : AssimilationNetwork, IStretchNetwork
{
    private const int MostLevels = 12;
    private const int MostSmoothing = 64;

    private readonly AssimilationContext _context;
    private readonly RegularGrid _grid;
    private readonly WindowLayer _window;
    private readonly Options _options;
    private readonly SpreadHead? _spread;
    private readonly ConstantMatrix[] _smoothers = []; // [axis], each [place, place]

    /// <summary>Declares the network.</summary>
    /// <param name="context">The task.</param>
    /// <param name="options">Window, width, levels, blocks.</param>
    /// <exception cref="ArgumentException">Options out of range, or a grid that cannot be halved so often; the message says which sizes can.</exception>
    public UNet25(AssimilationContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(context);
        var reading = new WindowLayer.Reading(options.HalfWidth, options.Every, options.ReadsSigma, options.ReadsPosition);
        var factor = 1 << Math.Clamp(options.Levels, 0, MostLevels);
        WindowLayer.Require(new Faults("unet25"), context, reading)
            .Require(options.Width is >= 1 and <= NetworkLimits.Width / (1 << MostLevels), nameof(options.Width),
                $"1 to {NetworkLimits.Width / (1 << MostLevels)}", options.Width)
            .Require(options.Levels is >= 0 and <= MostLevels, nameof(options.Levels), $"0 to {MostLevels}", options.Levels)
            .Require(options.Blocks is >= 1 and <= NetworkLimits.Blocks, nameof(options.Blocks), $"1 to {NetworkLimits.Blocks}", options.Blocks)
            .Require(options.Smoothing is >= 0 and <= MostSmoothing, nameof(options.Smoothing), $"0 to {MostSmoothing}", options.Smoothing)
            .Require(context.Grid is not null, nameof(context.Layout), "fields on one ring, line, torus or plane", context.Layout)
            .Require(
                context.Grid is not { } grid || grid.Shape.Zip(grid.IsPeriodic).All(axis => !axis.Second || axis.First % factor == 0), nameof(options.Levels),
                $"periodic axes that are multiples of 2^levels = {factor} (axes between walls may have any size)",
                $"{context.Layout}{(context.Grid is { } own ? $"; levels up to {Most(own)} fit" : "")}")
            .ThrowIfAny();
        (_context, _grid, _window, _options) = (context, context.Grid!, new WindowLayer(context, reading), options);
        _spread = options.HasSpread ? new SpreadHead(context, options.Width) : null;
        _smoothers = options.Smoothing > 0 ? [.. Enumerable.Range(0, _grid.Shape.Count).Select(Smoother)] : [];
        WeightDefinitions = [.. Declare(), .. _spread?.WeightDefinitions ?? []];
    }

    /// <inheritdoc/>
    public override int HalfWidth => _options.HalfWidth;

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override bool HasSpread => _spread is not null;

    /// <inheritdoc/>
    public override bool IsBlanked => true;

    /// <inheritdoc/>
    public override bool ReadsSigma => _options.ReadsSigma;

    /// <inheritdoc/>
    public override NetworkAnalysis<T> Analyze<T>(INetworkAlgebra<T> ops, Weights<T> weights, T window) => Analyze(ops, weights, window, isStretch: false);

    /// <inheritdoc/>
    public NetworkAnalysis<T> AnalyzeStretch<T>(INetworkAlgebra<T> ops, Weights<T> weights, T stretch) => Analyze(ops, weights, stretch, isStretch: true);

    private NetworkAnalysis<T> Analyze<T>(INetworkAlgebra<T> ops, Weights<T> weights, T input, bool isStretch)
    {
        var over = _window.Over(ops, input, isStretch, timeIsBatch: true);
        var h = Cut(ops, Level(ops, weights, Padded(ops, _window.Evaluate(ops, weights, over, hasTime: false)), 0)); // [batch or time, channel, space]
        Func<T, T>? smooth = _smoothers.Length > 0 ? output => Smooth(ops, output) : null;
        var states = _window.State(ops, weights, h, hasTime: false, smooth);
        return new(states, _spread is { } spread ? () => spread.Evaluate(ops, weights, h, over, isStretch: false) : null);
    }

    // One level and all below it. [batch, channel, axes of space]
    private T Level<T>(INetworkAlgebra<T> ops, Weights<T> weights, T h, int level)
    {
        h = Blocks(ops, weights, h, $"{level}.down");
        if (level == _options.Levels)
        {
            return h;
        }

        var below = Convolve(ops, ops.MaxPool(h), weights[$"{level}.fall.weight"], weights[$"{level}.fall.bias"]);
        var back = ops.Upsample(Level(ops, weights, below, level + 1), weights[$"{level}.rise.weight"], weights[$"{level}.rise.bias"]);
        return Blocks(ops, weights, ops.Add(h, back), $"{level}.up");
    }

    private T Blocks<T>(INetworkAlgebra<T> ops, Weights<T> weights, T h, string name)
    {
        for (var block = 0; block < _options.Blocks; block++)
        {
            var inner = Convolve(ops, ops.Gelu(h), weights[$"{name}.{block}.first.weight"], weights[$"{name}.{block}.first.bias"]);
            h = ops.Add(h, Convolve(ops, ops.Gelu(inner), weights[$"{name}.{block}.second.weight"], weights[$"{name}.{block}.second.bias"]));
        }

        return h;
    }

    private T Convolve<T>(INetworkAlgebra<T> ops, T a, T kernel, T bias) => _grid switch
    {
        { Shape.Count: 2 } => ops.ConvolveGrid(a, kernel, bias, SpaceConvolution.Beyond(_grid, 0), SpaceConvolution.Beyond(_grid, 1)),
        _ => SpaceConvolution.Convolve(_context, ops, a, kernel, bias),
    };

    // [batch, channel, space] to [batch, channel, axes of space], with zeros behind the last wall up to a multiple of 2^levels
    private T Padded<T>(INetworkAlgebra<T> ops, T h)
    {
        h = _grid.Shape.Count == 2 ? ops.SplitLast(h, _grid.Shape[1]) : h;
        for (var axis = 0; axis < _grid.Shape.Count; axis++)
        {
            h = Lacking(axis) == 0 ? h : ops.Pad(h, axis - _grid.Shape.Count, 0, Lacking(axis), Padding.Zero);
        }

        return h;
    }

    private T Cut<T>(INetworkAlgebra<T> ops, T h)
    {
        for (var axis = 0; axis < _grid.Shape.Count; axis++)
        {
            h = Lacking(axis) == 0 ? h : ops.Slice(h, axis - _grid.Shape.Count, 0, _grid.Shape[axis]);
        }

        return _grid.Shape.Count == 2 ? ops.MergeLast(h) : h;
    }

    // [batch, field, space]
    private T Smooth<T>(INetworkAlgebra<T> ops, T output) => _smoothers is [var only]
        ? ops.MatrixProduct(only, output, -1)
        : ops.MergeLast(ops.MatrixProduct(_smoothers[1], ops.MatrixProduct(_smoothers[0], ops.SplitLast(output, _grid.Shape[1]), -2), -1));

    // Means of each place and its neighbours with the weights 1, 2, 1, as often as asked for; at a wall of those within it.
    private ConstantMatrix Smoother(int axis)
    {
        var n = _grid.Shape[axis];
        var matrix = new double[n, n];
        for (var place = 0; place < n; place++)
        {
            var row = new double[n];
            row[place] = 1;
            for (var pass = 0; pass < _options.Smoothing; pass++)
            {
                row = Spread(row);
            }

            for (var to = 0; to < n; to++)
            {
                matrix[to, place] = row[to];
            }
        }

        return new ConstantMatrix(matrix);

        // Each place takes from itself and its neighbours.
        double[] Spread(double[] from) => [.. Enumerable.Range(0, n).Select(to =>
        {
            var (sum, total) = (0.0, 0.0);
            foreach (var offset in new[] { -1, 0, 1 })
            {
                var place = to + offset;
                if (_grid.IsPeriodic[axis] || (place >= 0 && place < n))
                {
                    sum += (2 - Math.Abs(offset)) * from[(place + n) % n];
                    total += 2 - Math.Abs(offset);
                }
            }

            return sum / total;
        })];
    }

    private int Lacking(int axis) => ((1 << _options.Levels) - (_grid.Shape[axis] % (1 << _options.Levels))) % (1 << _options.Levels);

    private static int Most(RegularGrid grid) => Enumerable.Range(0, MostLevels + 1)
        .Last(levels => grid.Shape.Zip(grid.IsPeriodic).All(axis => !axis.Second || axis.First % (1 << levels) == 0));

    private IReadOnlyList<WeightDefinition> Declare()
    {
        var (definitions, axes) = (_window.Declare(new WeightDefinitions(), _options.Width), _grid.Shape.Count);
        var kernel = SpaceConvolution.Widths(_context, 3);
        for (var level = 0; level <= _options.Levels; level++)
        {
            var width = _options.Width << level;
            Blocks($"{level}.down", width);
            if (level < _options.Levels)
            {
                definitions.Convolution($"{level}.fall", 2 * width, width, kernel).Upsampling($"{level}.rise", 2 * width, width, axes);
                Blocks($"{level}.up", width);
            }
        }

        return definitions.Convolution("out", _context.Channels, _options.Width, 1).List;

        void Blocks(string name, int width)
        {
            for (var block = 0; block < _options.Blocks; block++)
            {
                definitions.Convolution($"{name}.{block}.first", width, width, kernel).Convolution($"{name}.{block}.second", width, width, kernel);
            }
        }
    }

    /// <summary>The network's size; the defaults have some 170,000 weights on a plane.</summary>
    public sealed record Options
    {
        /// <summary>The half-width a of the window.</summary>
        public int HalfWidth { get; init; } = 16;

        /// <summary>The steps between two nodes of the first kernel, which is linear between them: the steps from one observation time to the next, where
        /// observations come at intervals; a divisor of the half-width.</summary>
        public int Every { get; init; } = 1;

        /// <summary>The number of channels on the grid itself; doubled at each level.</summary>
        public int Width { get; init; } = 16;

        /// <summary>How often the grid is halved.</summary>
        public int Levels { get; init; } = 2;

        /// <summary>The residual blocks at each level, on the way down and on the way up.</summary>
        public int Blocks { get; init; } = 1;

        /// <summary>How often states are smoothed along each axis, by the weights 1, 2, 1: 4 times takes away what is shorter than 4 sites, and half of what is
        /// as long as 8.</summary>
        public int Smoothing { get; init; }

        /// <summary>Whether the network also gives the spread of its analyses; training then needs a withholding fraction.</summary>
        public bool HasSpread { get; init; }

        /// <summary>Whether the network reads the standard deviation of each observation's error, as a third channel.</summary>
        public bool ReadsSigma { get; init; }

        /// <summary>Whether sites know where they lie on the grid: for walls, and for physics that differs from place to place.</summary>
        public bool ReadsPosition { get; init; }
    }
}
