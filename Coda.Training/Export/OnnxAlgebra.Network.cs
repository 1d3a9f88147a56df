using Coda.Data.Algebra;
using Coda.Training.Algebra;

namespace Coda.Training.Export;

public sealed partial class OnnxAlgebra
{
    /// <inheritdoc/>
    /// <remarks>ONNX has Gelu from opset 20 only; this form is the one that ONNX Runtime fuses into one kernel.</remarks>
    public OnnxValue Gelu(OnnxValue a)
    {
        var gate = Offset(Erf(Divide(a, Constant(Math.Sqrt(2)))), 1);
        return Scale(Multiply(a, gate), 0.5);
    }

    /// <inheritdoc/>
    public OnnxValue Convolve(OnnxValue a, OnnxValue kernel, OnnxValue bias, BatchNorm<OnnxValue>? norm = null, int dilation = 1)
    {
        var (weight, shift) = Fold(kernel, bias, norm);
        var (padded, groups, height) = (Wrap(a, -1, kernel.Shape[^1] / 2 * dilation), a.Shape[1] / kernel.Shape[1], a.Rank == 4 ? (long[])[1] : []);
        (string, object)[] attributes =
        [
            ("kernel_shape", (long[])[.. height, kernel.Shape[^1]]),
            .. dilation > 1 ? [("dilations", (long[])[.. height, dilation])] : Array.Empty<(string, object)>(),
            .. groups > 1 ? [("group", groups)] : Array.Empty<(string, object)>(),
        ];
        return graph.Node("Conv", [a.Shape[0], kernel.Shape[0], .. a.Shape[2..]], [padded, a.Rank == 4 ? InsertAxis(weight, -2) : weight, shift], attributes);
    }

    /// <inheritdoc/>
    public OnnxValue ConvolveTimeSpace(OnnxValue a, OnnxValue kernel, OnnxValue bias, BatchNorm<OnnxValue>? norm = null)
    {
        var (weight, shift) = Fold(kernel, bias, norm);
        var padded = Wrap(Wrap(a, -1, kernel.Shape[^1] / 2), -2, kernel.Shape[^2] / 2);
        return graph.Node(
            "Conv", [a.Shape[0], kernel.Shape[0], a.Shape[^2], a.Shape[^1]], [padded, weight, shift],
            ("kernel_shape", new long[] { kernel.Shape[^2], kernel.Shape[^1] }));
    }

    /// <inheritdoc/>
    public OnnxValue ConvolveGrid(OnnxValue a, OnnxValue kernel, OnnxValue bias, Padding y, Padding x)
    {
        var (height, width) = (kernel.Shape[^2] / 2, kernel.Shape[^1] / 2);
        var padded = Wrap(Wrap(a, -1, x == Padding.Periodic ? width : 0), -2, y == Padding.Periodic ? height : 0);
        long[] zeros = [y == Padding.Periodic ? 0 : height, x == Padding.Periodic ? 0 : width];
        return graph.Node(
            "Conv", [a.Shape[0], kernel.Shape[0], .. a.Shape[2..]], [padded, kernel, bias], ("kernel_shape", new long[] { kernel.Shape[^2], kernel.Shape[^1] }),
            ("pads", (long[])[.. zeros, .. zeros]));
    }

    /// <inheritdoc/>
    public OnnxValue ConvolveWindows(OnnxValue a, OnnxValue kernel, OnnxValue bias)
    {
        var (output, depth, space) = (kernel.Shape[0], kernel.Shape[^1], a.Shape[^1]);
        return graph.Node(
            "Conv", [1, output, OnnxValue.Symbolic, space], [InsertAxis(a, -4), InsertAxis(kernel, -1), bias], ("kernel_shape", new long[] { depth, 1 }));
    }

    /// <inheritdoc/>
    public OnnxValue Upsample(OnnxValue a, OnnxValue kernel, OnnxValue bias) => graph.Node(
        "ConvTranspose", [a.Shape[0], kernel.Shape[1], .. a.Shape[2..].Select(axis => 2 * axis)], [a, kernel, bias], ("kernel_shape", Twos(a)),
        ("strides", Twos(a)));

    /// <inheritdoc/>
    public OnnxValue MaxPool(OnnxValue a) => graph.Node(
        "MaxPool", [.. a.Shape[..2], .. a.Shape[2..].Select(axis => axis / 2)], [a], ("kernel_shape", Twos(a)), ("strides", Twos(a)));

    /// <inheritdoc/>
    public OnnxValue MaxOverTime(OnnxValue a) => graph.Node("ReduceMax", Without(a, -2), [a], ("axes", new long[] { -2 }), ("keepdims", 0));

    /// <inheritdoc/>
    public OnnxValue TimeToChannels(OnnxValue a) => Reshape(a, [.. a.Shape[..^3], a.Shape[^3] * a.Shape[^2], a.Shape[^1]], kept: a.Rank - 3);

    /// <inheritdoc/>
    public OnnxValue StopGradient(OnnxValue a) => a;

    private static long[] Twos(OnnxValue a) => [.. Enumerable.Repeat(2L, a.Rank - 2)];

    // Pad with mode "wrap" exists from opset 19 only.
    private OnnxValue Wrap(OnnxValue a, int axis, int reach)
    {
        var size = a.Shape[^-axis];
        return reach == 0 ? a : Concat(axis, Slice(a, axis, size - reach, reach), a, Slice(a, axis, 0, reach));
    }

    // Batch normalization after a convolution is a convolution: γ/√(v + ε) scales the kernel, the rest the bias.
    private (OnnxValue Weight, OnnxValue Bias) Fold(OnnxValue kernel, OnnxValue bias, BatchNorm<OnnxValue>? norm)
    {
        if (norm is null)
        {
            return (kernel, bias);
        }

        var (weights, biases) = (kernel.Data!.ToArray(), bias.Data!.ToArray());
        var length = weights.Length / biases.Length;
        for (var channel = 0; channel < biases.Length; channel++)
        {
            var factor = norm.Scale.Data![channel] / Math.Sqrt(norm.Variance.Data![channel] + BatchNorm<OnnxValue>.Epsilon);
            for (var i = channel * length; i < (channel + 1) * length; i++)
            {
                weights[i] = (float)(weights[i] * factor);
            }

            biases[channel] = (float)(((biases[channel] - norm.Mean.Data![channel]) * factor) + norm.Shift.Data![channel]);
        }

        return (graph.Constant(weights, kernel.Shape), graph.Constant(biases, bias.Shape));
    }
}
