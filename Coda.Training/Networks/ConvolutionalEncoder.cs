using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>A convolutional auto-encoder of fields on a ring, of any size that its strides divide.</summary>
/// <remarks>
/// Twice, neighbouring sites become channels (a strided convolution's patches): <c>patch</c> sites, then so many that a place of the latent ring spans
/// <c>stride</c> sites; between and after come residual blocks, h + W gelu(W h) (He et al., 2016, doi:10.1109/CVPR.2016.90; Hendrycks and Gimpel, 2016,
/// doi:10.48550/arXiv.1606.08415). The decoder is the same from back to front. Latent numbers belong to places, each of which reads and writes those around it,
/// so that the weights do not depend on the ring's size. Convolutions go round the ring.
/// </remarks>
public sealed class ConvolutionalEncoder : AutoEncoder
{
    private const int Around = 3; // the width of the convolutions over places

    private readonly AssimilationContext _context;
    private readonly Options _options;
    private readonly int _fields;
    private readonly int _places;

    /// <summary>Declares the network.</summary>
    /// <param name="context">The task.</param>
    /// <param name="options">Size, strides, width, blocks.</param>
    /// <exception cref="ArgumentException">Options out of range, or fields that do not lie on one ring.</exception>
    public ConvolutionalEncoder(AssimilationContext context, Options options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var sites = context.Grid is { IsPeriodicLine: true } ring ? ring.Size : 0;
        var isDivided = sites > 0 && options.Patch >= 1 && options.Stride >= 1 && options.Stride % options.Patch == 0 && sites % options.Stride == 0;
        _places = isDivided ? sites / options.Stride : 1;
        new Faults("convolutional")
            .Require(sites > 0, nameof(context.Layout), "fields on one ring", context.Layout)
            .Require(isDivided || sites == 0, nameof(options.Stride), $"a multiple of patch ({options.Patch}) that divides the ring's {sites} sites",
                options.Stride)
            .Require(options.Size >= 1 && options.Size % _places == 0, nameof(options.Size), $"a multiple of the {_places} places of {options.Stride} sites",
                options.Size)
            .Require(options.Width is >= 1 and <= NetworkLimits.Width, nameof(options.Width), $"1 to {NetworkLimits.Width}", options.Width)
            .Require(options.Blocks is >= 0 and <= NetworkLimits.Blocks, nameof(options.Blocks), $"0 to {NetworkLimits.Blocks}", options.Blocks)
            .Require(options.Kernel >= 1 && options.Kernel % 2 == 1 && (!isDivided || options.Kernel <= sites / options.Patch), nameof(options.Kernel),
                $"an odd number, at most the {(isDivided ? sites / options.Patch : 1)} patches", options.Kernel)
            .ThrowIfAny();
        (_context, _options, _fields) = (context, options, context.Layout.Fields.Count);
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
        var x = ops.Divide(ops.Subtract(states, mean), deviation);
        x = ops.SplitLast(x, _context.Layout.Size / _fields); // [..., field, site]
        var h = Convolve(ops, weights, "encoder.in", Folded(ops, x, _options.Patch)); // [..., width, patch]
        h = Folded(ops, Trunk(ops, weights, "encoder", h), Fold); // [..., width · fold, place]
        return ops.MergeLast(Convolve(ops, weights, "encoder.out", h));
    }

    /// <inheritdoc/>
    public override T Decode<T>(IAlgebra<T> ops, Weights<T> weights, T latent)
    {
        var h = Convolve(ops, weights, "decoder.in", ops.SplitLast(latent, _places)); // [..., width · fold, place]
        h = Trunk(ops, weights, "decoder", Unfolded(ops, h, Fold)); // [..., width, patch]
        var x = Unfolded(ops, Convolve(ops, weights, "decoder.out", h), _options.Patch); // [..., field, site]
        var (mean, deviation) = (ops.Constant(_context.Climatology.Mean), ops.Constant(_context.Climatology.Deviation));
        return ops.Add(ops.Multiply(ops.MergeLast(x), deviation), mean);
    }

    private T Trunk<T>(IAlgebra<T> ops, Weights<T> weights, string side, T h)
    {
        for (var block = 0; block < _options.Blocks; block++)
        {
            var inner = Gelu(ops, Convolve(ops, weights, $"{side}.{block}.first", h));
            h = ops.Add(h, Convolve(ops, weights, $"{side}.{block}.second", inner));
        }

        return Gelu(ops, h);
    }

    private static T Convolve<T>(IAlgebra<T> ops, Weights<T> weights, string layer, T a) =>
        ops.Add(ops.Convolve(a, weights[$"{layer}.weight"], Padding.Periodic), ops.InsertAxis(weights[$"{layer}.bias"], -1));

    // a Φ(a), by the operation of its own where an algebra has one.
    private static T Gelu<T>(IAlgebra<T> ops, T a) => ops is INetworkAlgebra<T> network
        ? network.Gelu(a) : ops.Multiply(ops.Scale(a, 0.5), ops.Offset(ops.Erf(ops.Scale(a, Math.Sqrt(0.5))), 1));

    // [..., channel, count · place] to [..., channel · count, place]
    private static T Folded<T>(IAlgebra<T> ops, T a, int count) =>
        ops.Transpose(ops.MergeLast(ops.Transpose(ops.SplitLast(a, count), -3, -2)), -2, -1);

    // [..., channel · count, place] to [..., channel, count · place]
    private static T Unfolded<T>(IAlgebra<T> ops, T a, int count) =>
        ops.MergeLast(ops.Transpose(ops.SplitLast(ops.Transpose(a, -2, -1), count), -3, -2));

    private IReadOnlyList<WeightDefinition> Declare()
    {
        var (width, kernel, patch) = (_options.Width, _options.Kernel, _fields * _options.Patch);
        var definitions = new WeightDefinitions().Convolution("encoder.in", width, patch, kernel);
        Blocks("encoder");
        definitions.Convolution("encoder.out", Channels, width * Fold, Math.Min(Around, Odd(_places)))
            .Convolution("decoder.in", width * Fold, Channels, Math.Min(Around, Odd(_places)));
        Blocks("decoder");
        return definitions.Convolution("decoder.out", patch, width, kernel).List;

        void Blocks(string side)
        {
            for (var block = 0; block < _options.Blocks; block++)
            {
                definitions.Convolution($"{side}.{block}.first", width, width, kernel).Convolution($"{side}.{block}.second", width, width, kernel);
            }
        }

        static int Odd(int most) => most - 1 + (most % 2);
    }

    /// <summary>The network's size.</summary>
    public sealed record Options
    {
        /// <summary>The number of latent numbers of a state; a multiple of the places.</summary>
        public int Size { get; init; } = 32;

        /// <summary>The sites that one place of the latent ring spans.</summary>
        public int Stride { get; init; } = 16;

        /// <summary>The sites that become channels first.</summary>
        public int Patch { get; init; } = 4;

        /// <summary>The number of channels.</summary>
        public int Width { get; init; } = 48;

        /// <summary>The number of residual blocks on each side.</summary>
        public int Blocks { get; init; } = 2;

        /// <summary>The width of the convolutions over patches, odd.</summary>
        public int Kernel { get; init; } = 5;
    }
}
