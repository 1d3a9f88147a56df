using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Training.Algebra;

namespace Coda.Training.Networks;

/// <summary>The first layer of networks to which time is channels: one kernel over the window, at every site; and the last one, states.</summary>
/// <remarks>
/// Because it spans the window, it also reads stretches. Where observations come every m steps, the kernel can be linear between nodes m steps apart, and
/// windows enter as their nodes: a window of ±4 observation times then has 9 instead of 33 weights for a channel, and reads as little. Where sites differ by
/// where they lie, a bias can be linear in their positions.
/// </remarks>
internal sealed class WindowLayer
{
    private readonly AssimilationContext _context;
    private readonly InputLayer _input;
    private readonly Reading _reading;
    private readonly ConstantMatrix? _nodes; // what each node reads of the window [node, time]

    /// <summary>Declares the layer.</summary>
    /// <param name="context">The task.</param>
    /// <param name="reading">What is read of a window.</param>
    public WindowLayer(AssimilationContext context, Reading reading)
    {
        (_context, _input, _reading) = (context, new InputLayer(context), reading);
        _nodes = reading.Every > 1 ? Hats(reading) : null;
    }

    /// <summary>The channels of the features that a kernel reads.</summary>
    public int Channels => (_reading.ReadsSigma ? 4 : 2) * _context.Channels;

    /// <summary>The weights of a kernel over the window.</summary>
    public int Nodes => (2 * _reading.HalfWidth / _reading.Every) + 1;

    /// <summary>Requires options that can be met.</summary>
    /// <param name="faults">Where to.</param>
    /// <param name="context">The task.</param>
    /// <param name="reading">The options.</param>
    public static Faults Require(Faults faults, AssimilationContext context, Reading reading) => faults
        .Require(reading.HalfWidth is >= 0 and <= NetworkLimits.HalfWidth, nameof(reading.HalfWidth), $"0 to {NetworkLimits.HalfWidth}", reading.HalfWidth)
        .Require(
            reading.Every >= 1 && reading.HalfWidth % reading.Every == 0, nameof(reading.Every), $"a divisor of the half-width {reading.HalfWidth}",
            reading.Every)
        .Require(!reading.ReadsPosition || context.Grid is not null, nameof(reading.ReadsPosition), "false where there is no grid", context.Layout);

    /// <summary>Adds the layer's weights.</summary>
    /// <param name="definitions">Where to.</param>
    /// <param name="width">The number of channels that it gives.</param>
    public WeightDefinitions Declare(WeightDefinitions definitions, int width)
    {
        definitions.Convolution("in", width, 2 * _context.Channels, Nodes);
        if (_reading.ReadsSigma)
        {
            definitions.Zeros("in.sigma.weight", width, 2 * _context.Channels, Nodes);
        }

        return _reading.ReadsPosition ? definitions.Zeros("in.position.weight", width, Positions().Length) : definitions;
    }

    /// <summary>What a kernel over the window gives of it.</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="input">Windows [batch, channel, time, site], or a stretch [channel, time, site].</param>
    /// <param name="isStretch">Which of them.</param>
    /// <param name="timeIsBatch">Whether times of a stretch become a batch: [time, channel, space] instead of [1, channel, time, space].</param>
    /// <returns>Takes a kernel [output, channel, node] and its bias.</returns>
    public Func<T, T, T> Over<T>(INetworkAlgebra<T> ops, T input, bool isStretch, bool timeIsBatch)
    {
        var features = Features(ops, input);
        if (!isStretch)
        {
            var channels = ops.TimeToChannels(_nodes is null ? features : ops.MatrixProduct(_nodes, features, -2)); // [batch, channel, space]
            return (kernel, bias) => ops.Convolve(channels, ops.InsertAxis(ops.MergeLast(kernel), -1), bias);
        }

        T Whole(T kernel, T bias) =>
            ops.ConvolveWindows(features, _nodes is null ? kernel : ops.MatrixProduct(_nodes.Transposed, kernel, -1), bias);

        // [1, channel, time, space] to [time, channel, space]
        return timeIsBatch ? (kernel, bias) => ops.Transpose(ops.RemoveAxis(Whole(kernel, bias), -4), -3, -2) : Whole;
    }

    /// <summary>The layer's output. [batch, width, space], or of a stretch whose time stays an axis [1, width, time, space]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="over">What <see cref="Over"/> gave.</param>
    /// <param name="hasTime">Whether time is an axis of its own.</param>
    public T Evaluate<T>(INetworkAlgebra<T> ops, Weights<T> weights, Func<T, T, T> over, bool hasTime)
    {
        var kernel = _reading.ReadsSigma ? ops.Concat(-2, weights["in.weight"], weights["in.sigma.weight"]) : weights["in.weight"];
        var h = over(kernel, weights["in.bias"]);
        if (!_reading.ReadsPosition)
        {
            return h;
        }

        var positions = ops.SplitLast(ops.Constant([.. Positions().SelectMany(axis => axis)]), _context.Grid!.Size); // [position, space]
        var bias = ops.Linear(weights["in.position.weight"], positions);
        return ops.Add(h, hasTime ? ops.InsertAxis(bias, -2) : bias);
    }

    /// <summary>The states that a 1 x 1 convolution makes of the last features. [batch or time, space]</summary>
    /// <param name="ops">The algebra to compute in.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="h">The features.</param>
    /// <param name="hasTime">Whether time is an axis of its own.</param>
    /// <param name="smooth">What is done with the convolution's output before it is scaled back; nothing by default.</param>
    public T State<T>(INetworkAlgebra<T> ops, Weights<T> weights, T h, bool hasTime, Func<T, T>? smooth = null)
    {
        var output = ops.Convolve(h, weights["out.weight"], weights["out.bias"]);
        return _input.Restore(ops, _input.Rows(ops, smooth is null ? output : smooth(output), hasTime));
    }

    // [..., channel, time, site] to [..., channel, time, space]: every field's channels one after another.
    private T Features<T>(INetworkAlgebra<T> ops, T input)
    {
        var features = _input.Channels(ops, input, _reading.ReadsSigma);
        if (_context.Channels == 1)
        {
            return features;
        }

        var seen = _input.Fields(ops, features, 0, 2);
        return _reading.ReadsSigma ? ops.Concat(-3, seen, _input.Fields(ops, features, 2, 2)) : seen;
    }

    // Between walls from -1 to 1; round an axis by sine and cosine. [position][space]
    private double[][] Positions()
    {
        var grid = _context.Grid!;
        return [.. Enumerable.Range(0, grid.Shape.Count).SelectMany(Along)];

        IEnumerable<double[]> Along(int axis)
        {
            var n = grid.Shape[axis];
            return grid.IsPeriodic[axis]
                ? [Map(place => Math.Sin(2 * Math.PI * place / n)), Map(place => Math.Cos(2 * Math.PI * place / n))]
                : [Map(place => n == 1 ? 0 : (2 * place / (n - 1)) - 1)];

            double[] Map(Func<double, double> of) => [.. Enumerable.Range(0, grid.Size).Select(site => of(grid.Coordinates(site)[axis]))];
        }
    }

    private static ConstantMatrix Hats(Reading reading)
    {
        var hats = new double[(2 * reading.HalfWidth / reading.Every) + 1, (2 * reading.HalfWidth) + 1];
        for (var node = 0; node < hats.GetLength(0); node++)
        {
            for (var time = 0; time < hats.GetLength(1); time++)
            {
                hats[node, time] = Math.Max(0, 1 - (Math.Abs(time - (node * reading.Every)) / (double)reading.Every));
            }
        }

        return new ConstantMatrix(hats);
    }

    /// <summary>What is read of a window.</summary>
    /// <param name="HalfWidth">The half-width a of the window.</param>
    /// <param name="Every">The steps between two nodes of the kernel over the window; a divisor of the half-width.</param>
    /// <param name="ReadsSigma">Whether the standard deviations of errors are read.</param>
    /// <param name="ReadsPosition">Whether sites know where they lie.</param>
    internal readonly record struct Reading(int HalfWidth, int Every, bool ReadsSigma, bool ReadsPosition);
}
