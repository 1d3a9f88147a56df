using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Training.Networks;

/// <summary>Long short-term memory: layers of cells, and a last one that gives the change of the state over a step.</summary>
/// <remarks>
/// i, f, o = σ(W x + U h + b), g = tanh(W x + U h + b), c' = f c + i g, h' = o tanh(c') (S. Hochreiter and J. Schmidhuber, 1997,
/// doi:10.1162/neco.1997.9.8.1735, with the forget gate of F. Gers et al., 2000, doi:10.1162/089976600300015015); x is the state over the climatology's
/// deviation, or the h' of the layer below. Its memory is (h, c) of each layer. M. Goodliff and T. Miyoshi, "Using data assimilation to improve data-driven
/// models", take 2 layers of 100 for three variables. The last layer starts at 0, so that an untrained one gives persistence. The whole state is one input:
/// meant for systems of few variables.
/// </remarks>
public sealed class LstmEmulator : Emulator
{
    private const int MostLayers = 8;

    private readonly AssimilationContext _context;
    private readonly Options _options;

    /// <summary>Declares the network.</summary>
    /// <param name="context">The task.</param>
    /// <param name="options">Width and depth.</param>
    /// <exception cref="ArgumentException">Options out of range.</exception>
    public LstmEmulator(AssimilationContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        new Faults("lstm")
            .Require(options.Width is >= 1 and <= NetworkLimits.Width, nameof(options.Width), $"1 to {NetworkLimits.Width}", options.Width)
            .Require(options.Layers is >= 1 and <= MostLayers, nameof(options.Layers), $"1 to {MostLayers}", options.Layers)
            .Require(options.Change > 0 && double.IsFinite(options.Change), nameof(options.Change), "a finite number greater than 0", options.Change)
            .ThrowIfAny();
        (_context, _options) = (context, options);
        var (definitions, size) = (new WeightDefinitions(), context.Layout.Size);
        for (var layer = 0; layer < options.Layers; layer++)
        {
            definitions.Convolution(Cell(layer), 4 * options.Width, (layer == 0 ? size : options.Width) + options.Width);
        }

        WeightDefinitions = definitions.Zeros("change.weight", size, options.Width).Zeros("change.bias", size).List;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override int MemorySize => 2 * _options.Layers * _options.Width;

    /// <inheritdoc/>
    public override (T State, T Memory) Step<T>(IAlgebra<T> ops, Weights<T> weights, T state, T memory)
    {
        var (mean, deviation) = (ops.Constant(_context.Climatology.Mean), ops.Constant(_context.Climatology.Deviation));
        var input = ops.Transpose(ops.Divide(ops.Subtract(state, mean), deviation), -2, -1); // [..., space, row]
        var before = ops.Transpose(memory, -2, -1); // [..., memory, row]
        var after = new T[2 * _options.Layers];
        for (var layer = 0; layer < _options.Layers; layer++)
        {
            var (h, c) = (Part(ops, before, 2 * layer), Part(ops, before, (2 * layer) + 1));
            (after[2 * layer], after[(2 * layer) + 1]) = CellStep(ops, weights, Cell(layer), input, h, c);
            input = after[2 * layer];
        }

        var change = ops.Transpose(Affine(ops, weights, "change", input), -2, -1); // [..., row, space]
        return (
            ops.Add(state, ops.Multiply(change, ops.Scale(deviation, _options.Change))),
            ops.Transpose(ops.Concat(-2, after), -2, -1));
    }

    private (T Hidden, T Cell) CellStep<T>(IAlgebra<T> ops, Weights<T> weights, string name, T input, T h, T c)
    {
        var sums = Affine(ops, weights, name, ops.Concat(-2, input, h)); // [..., 4 width, row]
        var gates = ops.Slice(sums, -2, 0, 3 * _options.Width);
        gates = ops.Offset(ops.Scale(ops.Tanh(ops.Scale(gates, 0.5)), 0.5), 0.5); // σ(a) = (1 + tanh(a/2)) / 2
        var (i, f, o) = (Part(ops, gates, 0), Part(ops, gates, 1), Part(ops, gates, 2));
        var g = ops.Tanh(Part(ops, sums, 3));
        var next = ops.Add(ops.Multiply(f, c), ops.Multiply(i, g));
        return (ops.Multiply(o, ops.Tanh(next)), next);
    }

    private T Part<T>(IAlgebra<T> ops, T a, int part) => ops.Slice(a, -2, part * _options.Width, _options.Width);

    private static T Affine<T>(IAlgebra<T> ops, Weights<T> weights, string layer, T a) =>
        ops.Add(ops.Linear(weights[$"{layer}.weight"], a), ops.InsertAxis(weights[$"{layer}.bias"], -1));

    private static string Cell(int layer) => $"cell{layer + 1}";

    /// <summary>The network's size; the defaults are those of Goodliff and Miyoshi.</summary>
    public sealed record Options
    {
        /// <summary>The number of cells of a layer.</summary>
        public int Width { get; init; } = 100;

        /// <summary>The number of layers.</summary>
        public int Layers { get; init; } = 2;

        /// <summary>What the last layer's numbers are multiples of, in deviations of the climatology: about the size of a step's changes.</summary>
        public double Change { get; init; } = 0.25;
    }
}
