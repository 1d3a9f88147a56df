using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>
/// A learned variational solver: a cost of the window's trajectory x, |y - H x|² + a prior, is lowered by a fixed number of learned steps, which read its
/// gradient and a memory.
/// </summary>
/// <remarks>
/// Fablet et al. (2021), "Learning variational data assimilation models and solvers", J. Adv. Model. Earth Syst. 13, doi:10.1029/2021MS002572 (4DVarNet): the
/// update is a convolution over time and space of state, gradients and memory instead of their convolutional LSTM. The prior is an energy of experts, Σ log
/// cosh (K * x + b), whose gradient is two convolutions (Roth and Black, Int. J. Comput. Vis. 82, 2009, doi:10.1007/s11263-008-0197-6), or what the trajectory
/// departs from the simulator by, |x_{k+1} - M(x_k)|², whose gradient is taken by reverse mode in the algebra that the network is computed in: it trains on
/// LibTorch and is nodes of the ONNX file. The simulator's trained parameters are weights of this network here, which start from the experiment's values.
/// Beyond the window's ends states are 0, the climatology's mean; the window must be as wide as the iterations reach, so that stretches give the windows'
/// analyses. Prefer it to <see cref="TimeChannelNetwork"/> where there are few observations to train on, or where errors grow fast: each analysis
/// costs more.
/// </remarks>
public sealed class VariationalSolver : AssimilationNetwork, IStretchNetwork
{
    private const string First = "start";
    private const string Hidden = "update.first";
    private const string Update = "update.second";

    private readonly AssimilationContext _context;
    private readonly InputLayer _input;
    private readonly Options _options;
    private readonly TrajectoryEnergy _prior;

    /// <summary>Declares the network.</summary>
    /// <param name="context">The task; where the simulator is the prior, with its dynamics.</param>
    /// <param name="options">Window, iterations, widths, prior.</param>
    /// <exception cref="ArgumentException">Options out of range, a window shorter than the iterations reach, a layout on a grid of two axes, or no simulator
    /// where that is the prior.</exception>
    public VariationalSolver(AssimilationContext context, Options options)
    {
        _prior = options.Prior == SolverPrior.Simulator ? new SimulatorEnergy(context) : new ExpertsEnergy(context, options.Experts, options.Kernel);
        var reach = Radius(options) + (options.Iterations * (long)(Radius(options) + _prior.Reach));
        new Faults("variational-solver")
            .Require(options.Iterations is >= 1 and <= NetworkLimits.Blocks, nameof(options.Iterations), $"1 to {NetworkLimits.Blocks}", options.Iterations)
            .Require(options.Width is >= 1 and <= NetworkLimits.Width, nameof(options.Width), $"1 to {NetworkLimits.Width}", options.Width)
            .Require(options.Memory is >= 1 and <= NetworkLimits.Width, nameof(options.Memory), $"1 to {NetworkLimits.Width}", options.Memory)
            .Require(options.Experts is >= 1 and <= NetworkLimits.Width, nameof(options.Experts), $"1 to {NetworkLimits.Width}", options.Experts)
            .Require(options.Kernel is >= 3 and <= 99 && options.Kernel % 2 == 1, nameof(options.Kernel), "an odd number, 3 to 99", options.Kernel)
            .Require(options.HalfWidth >= reach && options.HalfWidth <= NetworkLimits.HalfWidth, nameof(options.HalfWidth),
                $"at least the {reach} steps that the iterations reach, at most {NetworkLimits.HalfWidth}", options.HalfWidth)
            .Require(
                context.Grid is null ? context.Layout.Fields.All(f => !f.Grid.HasDistance) : context.Grid.Shape.Count == 1, nameof(context.Layout),
                "fields on one ring or line, or components", context.Layout)
            .Require(
                context.Grid is null || context.Grid.Shape[0] >= options.Kernel, nameof(options.Kernel), "at most the sites of the grid", options.Kernel)
            .ThrowIfAny();
        (_context, _input, _options) = (context, new InputLayer(context), options);
        WeightDefinitions = Declare();
    }

    /// <inheritdoc/>
    public override int HalfWidth => _options.HalfWidth;

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override bool IsBlanked => true;

    /// <inheritdoc/>
    public override NetworkAnalysis<T> Analyze<T>(INetworkAlgebra<T> ops, Weights<T> weights, T window)
    {
        var x = Solve(ops, weights, window);
        var centre = ops.RemoveAxis(ops.Slice(x, -2, HalfWidth, 1), -2);
        return new(_input.Restore(ops, _input.Rows(ops, centre, isStretch: false)));
    }

    /// <inheritdoc/>
    public NetworkAnalysis<T> AnalyzeStretch<T>(INetworkAlgebra<T> ops, Weights<T> weights, T stretch)
    {
        var x = ops.RemoveAxis(Solve(ops, weights, ops.InsertAxis(stretch, -4)), -4);
        return new(_input.Restore(ops, _input.Rows(ops, Centres(ops, x), isStretch: true)));
    }

    private static int Radius(Options options) => options.Kernel / 2;

    // The trajectory of the window, scaled. [batch, channel, time, site] to [batch, field, time, space]
    private T Solve<T>(INetworkAlgebra<T> ops, Weights<T> weights, T window)
    {
        var features = _input.Channels(ops, window, readsSigma: false);
        var (values, mask) = (_input.Fields(ops, features, 0, 1), _input.Fields(ops, features, 1, 1));
        var start = Around(ops, weights, First, ops.Concat(-3, values, mask));
        var (x, memory) = (Part(ops, start, 0), ops.Tanh(Part(ops, start, 1)));
        for (var iteration = 0; iteration < _options.Iterations; iteration++)
        {
            var departure = ops.Multiply(mask, ops.Subtract(x, values)); // the gradient of the observations' term
            var hidden = Around(ops, weights, Hidden, ops.Concat(-3, x, departure, mask, _prior.Gradient(ops, weights, x), memory));
            var update = ops.Convolve(ops.Gelu(hidden), weights[$"{Update}.weight"], weights[$"{Update}.bias"]);
            (x, memory) = (ops.Add(x, Part(ops, update, 0)), ops.Tanh(Part(ops, update, 1)));
        }

        return x;
    }

    private T Around<T>(INetworkAlgebra<T> ops, Weights<T> weights, string name, T a) =>
        ops.ConvolveGrid(a, weights[$"{name}.weight"], weights[$"{name}.bias"], Padding.Zero, _context.BeyondSites());

    // 0 for what the state has of channels, 1 for the memory.
    private T Part<T>(INetworkAlgebra<T> ops, T a, int index) =>
        index == 0 ? ops.Slice(a, -3, 0, _context.Channels) : ops.Slice(a, -3, _context.Channels, _options.Memory);

    // The steps that have a whole window, of any number: a kernel over the window that takes its centre. [field, time, space] to [1, field, time, space]
    private T Centres<T>(INetworkAlgebra<T> ops, T x)
    {
        var (fields, length) = (_context.Channels, (2 * HalfWidth) + 1);
        var kernel = new double[fields * fields * length];
        for (var field = 0; field < fields; field++)
        {
            kernel[(((field * fields) + field) * length) + HalfWidth] = 1;
        }

        var taken = ops.SplitLast(ops.SplitLast(ops.Constant(kernel), fields * length), length);
        return ops.ConvolveWindows(x, taken, ops.Constant(new double[fields]));
    }

    private IReadOnlyList<WeightDefinition> Declare()
    {
        var (fields, memory, width) = (_context.Channels, _options.Memory, _options.Width);
        int[] kernel = [_options.Kernel, _context.Grid is null ? 1 : _options.Kernel];
        return
        [
            .. new WeightDefinitions()
                .Convolution(First, fields + memory, 2 * fields, kernel)
                .Convolution(Hidden, width, (4 * fields) + memory, kernel)
                .Convolution(Update, fields + memory, width, 1).List,
            .. _prior.WeightDefinitions,
        ];
    }

    /// <summary>Window, iterations, widths, prior; the defaults have some 13,000 weights on a ring.</summary>
    public sealed record Options
    {
        /// <summary>The half-width a of the window; at least as wide as the iterations reach, a kernel's radius for each, and as far as the prior's gradient:
        /// twice that radius for experts, 1 for the simulator, and one radius more.</summary>
        public int HalfWidth { get; init; } = 32;

        /// <summary>The number of steps downhill.</summary>
        public int Iterations { get; init; } = 10;

        /// <summary>The number of channels of the update's hidden layer.</summary>
        public int Width { get; init; } = 48;

        /// <summary>The number of channels that are handed from step to step beside the state.</summary>
        public int Memory { get; init; } = 12;

        /// <summary>The length of kernels along time and along space.</summary>
        public int Kernel { get; init; } = 3;

        /// <summary>What is known of trajectories before they are observed.</summary>
        public SolverPrior Prior { get; init; }

        /// <summary>The number of learned experts, where they are the prior.</summary>
        public int Experts { get; init; } = 32;
    }
}
