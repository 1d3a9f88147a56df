using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A convolutional auto-encoder of fields on one grid of one axis or two, of any size that its strides divide.</summary>
/// <remarks>
/// Twice, neighbouring sites become channels (a strided convolution's patches): <c>patch</c> sites along each axis, then so many that a place of the latent
/// grid spans <c>stride</c> sites along each; between and after come residual blocks, h + W gelu(W h) (He et al., 2016, doi:10.1109/CVPR.2016.90; Hendrycks and
/// Gimpel, 2016, doi:10.48550/arXiv.1606.08415). The decoder is the same from back to front. Latent numbers belong to places, each of which reads and writes
/// those around it, so that the weights do not depend on the grid's size. Convolutions go round periodic axes and read 0 beyond walls.
/// </remarks>
public sealed class ConvolutionalEncoder : AutoEncoder
{
    private const int Around = 3; // the width of the convolutions over places

    private readonly AssimilationContext _context;
    private readonly Options _options;
    private readonly int _fields;
    private readonly int[] _shape;       // of the grid
    private readonly Padding[] _padding; // [axis]
    private readonly int _places;

    /// <summary>Declares the network.</summary>
    /// <param name="context">The task.</param>
    /// <param name="options">Size, strides, width, blocks.</param>
    /// <exception cref="ArgumentException">Options out of range, or fields that do not lie on one grid of one axis or two.</exception>
    public ConvolutionalEncoder(AssimilationContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        _shape = [.. context.Grid?.Shape ?? []];
        var isDivided = _shape.Length > 0 && options.Patch >= 1 && options.Stride >= 1 && options.Stride % options.Patch == 0
            && Array.TrueForAll(_shape, length => length % options.Stride == 0);
        _places = isDivided ? _shape.Aggregate(1, (places, length) => places * (length / options.Stride)) : 1;
        var patches = isDivided ? _shape.Min() / options.Patch : 1;
        new Faults("convolutional")
            .Require(_shape.Length > 0, nameof(context.Layout), "fields on one ring, line, torus or plane", context.Layout)
            .Require(isDivided || _shape.Length == 0, nameof(options.Stride), $"a multiple of patch ({options.Patch}) that divides every axis of the grid",
                $"{context.Layout}, stride {options.Stride}")
            .Require(options.Size >= 1 && options.Size % _places == 0, nameof(options.Size),
                $"a multiple of the {_places} places that span {options.Stride} sites along each axis", options.Size)
            .Require(options.Width is >= 1 and <= NetworkLimits.Width, nameof(options.Width), $"1 to {NetworkLimits.Width}", options.Width)
            .Require(options.Blocks is >= 0 and <= NetworkLimits.Blocks, nameof(options.Blocks), $"0 to {NetworkLimits.Blocks}", options.Blocks)
            .Require(options.Kernel >= 1 && options.Kernel % 2 == 1 && (!isDivided || options.Kernel <= patches), nameof(options.Kernel),
                $"an odd number, at most the {patches} patches along an axis", options.Kernel)
            .ThrowIfAny();
        (_context, _options, _fields) = (context, options, context.Layout.Fields.Count);
        _padding = [.. Enumerable.Range(0, _shape.Length).Select(axis => SpaceConvolution.Beyond(context.Grid!, axis))];
        WeightDefinitions = Declare();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WeightDefinition> WeightDefinitions { get; }

    /// <inheritdoc/>
    public override int LatentSize => _options.Size;

    private int Channels => _options.Size / _places;

    private int Fold => _options.Stride / _options.Patch;

    /// <inheritdoc/>
    public override T Encode<T>(IAlgebra<T> ops, Weights<T> weights, T states)
    {
        var (mean, deviation) = (ops.Constant(_context.Climatology.Mean), ops.Constant(_context.Climatology.Deviation));
        var x = OnGrid(ops, ops.Divide(ops.Subtract(states, mean), deviation), 1); // [..., field, axes of space]
        var h = Convolve(ops, weights, "encoder.in", Folded(ops, x, _options.Patch)); // [..., width, axes of patches]
        h = Folded(ops, Trunk(ops, weights, "encoder", h), Fold); // [..., width · fold, axes of places]
        return Merged(ops, Convolve(ops, weights, "encoder.out", h));
    }

    /// <inheritdoc/>
    public override T Decode<T>(IAlgebra<T> ops, Weights<T> weights, T latent)
    {
        var h = Convolve(ops, weights, "decoder.in", OnGrid(ops, latent, _options.Stride)); // [..., width · fold, axes of places]
        h = Trunk(ops, weights, "decoder", Unfolded(ops, h, Fold)); // [..., width, axes of patches]
        var x = Unfolded(ops, Convolve(ops, weights, "decoder.out", h), _options.Patch); // [..., field, axes of space]
        var (mean, deviation) = (ops.Constant(_context.Climatology.Mean), ops.Constant(_context.Climatology.Deviation));
        return ops.Add(ops.Multiply(Merged(ops, x), deviation), mean);
    }

    // [..., channel · place] to [..., channel, axes of places], each of which spans so many sites along each axis
    private T OnGrid<T>(IAlgebra<T> ops, T a, int span)
    {
        a = ops.SplitLast(a, _shape.Aggregate(1, (places, length) => places * (length / span)));
        return _shape.Length == 1 ? a : ops.SplitLast(a, _shape[^1] / span);
    }

    // Back again.
    private T Merged<T>(IAlgebra<T> ops, T a) => ops.MergeLast(_shape.Length == 1 ? a : ops.MergeLast(a));

    private T Trunk<T>(IAlgebra<T> ops, Weights<T> weights, string side, T h)
    {
        for (var block = 0; block < _options.Blocks; block++)
        {
            var inner = Gelu(ops, Convolve(ops, weights, $"{side}.{block}.first", h));
            h = ops.Add(h, Convolve(ops, weights, $"{side}.{block}.second", inner));
        }

        return Gelu(ops, h);
    }

    private T Convolve<T>(IAlgebra<T> ops, Weights<T> weights, string layer, T a)
    {
        var convolved = ops.Convolve(a, weights[$"{layer}.weight"], _padding);
        var bias = ops.InsertAxis(weights[$"{layer}.bias"], -1);
        return ops.Add(convolved, _shape.Length == 1 ? bias : ops.InsertAxis(bias, -1));
    }

    // a Φ(a), by the operation of its own where an algebra has one.
    private static T Gelu<T>(IAlgebra<T> ops, T a) => ops is INetworkAlgebra<T> network
        ? network.Gelu(a) : ops.Multiply(ops.Scale(a, 0.5), ops.Offset(ops.Erf(ops.Scale(a, Math.Sqrt(0.5))), 1));

    // Neighbours to channels, along each axis.
    private T Folded<T>(IAlgebra<T> ops, T a, int count)
    {
        if (_shape.Length == 1)
        {
            return FoldedLast(ops, a, count);
        }

        var h = FoldedLast(ops, ops.Transpose(a, -3, -2), count); // [..., y, channel · count, place of x]
        h = FoldedLast(ops, ops.Transpose(h, -3, -1), count); // [..., place of x, channel · count², place of y]
        return ops.Transpose(ops.Transpose(h, -3, -2), -2, -1);
    }

    // Back again.
    private T Unfolded<T>(IAlgebra<T> ops, T a, int count)
    {
        if (_shape.Length == 1)
        {
            return UnfoldedLast(ops, a, count);
        }

        var h = UnfoldedLast(ops, ops.Transpose(ops.Transpose(a, -2, -1), -3, -2), count); // [..., place of x, channel · count, y]
        return ops.Transpose(UnfoldedLast(ops, ops.Transpose(h, -3, -1), count), -3, -2); // [..., channel, y, x]
    }

    // [..., channel, count · place] to [..., channel · count, place]
    private static T FoldedLast<T>(IAlgebra<T> ops, T a, int count) =>
        ops.Transpose(ops.MergeLast(ops.Transpose(ops.SplitLast(a, count), -3, -2)), -2, -1);

    // [..., channel · count, place] to [..., channel, count · place]
    private static T UnfoldedLast<T>(IAlgebra<T> ops, T a, int count) =>
        ops.MergeLast(ops.Transpose(ops.SplitLast(ops.Transpose(a, -2, -1), count), -3, -2));

    private IReadOnlyList<WeightDefinition> Declare()
    {
        var axes = _shape.Length;
        var (width, patch, fold) = (_options.Width, _fields * Power(_options.Patch), _options.Width * Power(Fold));
        int[] kernel = [.. Enumerable.Repeat(_options.Kernel, axes)], around = [.. _shape.Select(length => Math.Min(Around, Odd(length / _options.Stride)))];
        var definitions = new WeightDefinitions().Convolution("encoder.in", width, patch, kernel);
        Blocks("encoder");
        definitions.Convolution("encoder.out", Channels, fold, around).Convolution("decoder.in", fold, Channels, around);
        Blocks("decoder");
        return definitions.Convolution("decoder.out", patch, width, kernel).List;

        void Blocks(string side)
        {
            for (var block = 0; block < _options.Blocks; block++)
            {
                definitions.Convolution($"{side}.{block}.first", width, width, kernel).Convolution($"{side}.{block}.second", width, width, kernel);
            }
        }

        int Power(int count) => axes == 1 ? count : count * count;

        static int Odd(int most) => most - 1 + (most % 2);
    }

    /// <summary>The network's size.</summary>
    public sealed record Options
    {
        /// <summary>The number of latent numbers of a state; a multiple of the places.</summary>
        public int Size { get; init; } = 32;

        /// <summary>The sites that one place of the latent grid spans along each axis.</summary>
        public int Stride { get; init; } = 16;

        /// <summary>The sites along each axis that become channels first.</summary>
        public int Patch { get; init; } = 4;

        /// <summary>The number of channels.</summary>
        public int Width { get; init; } = 48;

        /// <summary>The number of residual blocks on each side.</summary>
        public int Blocks { get; init; } = 2;

        /// <summary>The width of the convolutions over patches along each axis, odd.</summary>
        public int Kernel { get; init; } = 5;
    }
}
