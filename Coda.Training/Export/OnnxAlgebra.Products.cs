using Coda.Data.Algebra;

namespace Coda.Training.Export;

public sealed partial class OnnxAlgebra
{
    /// <inheritdoc/>
    public OnnxValue Linear(OnnxValue weight, OnnxValue a) => graph.Node("MatMul", [.. a.Shape[..^2], weight.Shape[0], a.Shape[^1]], [weight, a]);

    /// <inheritdoc/>
    public OnnxValue Transpose(OnnxValue a, int axis, int other)
    {
        if (a.Data is not null)
        {
            return Known(new BufferAlgebra<float>().Transpose(Plain(a), axis, other));
        }

        var (order, shape) = (new long[a.Rank], (int[])[.. a.Shape]);
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        (order[^-axis], order[^-other]) = (order[^-other], order[^-axis]);
        (shape[^-axis], shape[^-other]) = (shape[^-other], shape[^-axis]);
        return graph.Node("Transpose", shape, [a], ("perm", order));
    }

    /// <inheritdoc/>
    public OnnxValue MatrixProduct(ConstantMatrix matrix, OnnxValue a, int axis)
    {
        var shape = matrix.ShapeOfProduct(a.Shape, axis);
        if (a.Data is not null)
        {
            return Known(new BufferAlgebra<float>().MatrixProduct(matrix, Plain(a), axis));
        }

        return axis switch
        {
            -1 => graph.Node("MatMul", shape, [a, graph.Constant(matrix.Transposed.As<float>(), matrix.Columns, matrix.Rows)]),
            -2 => graph.Node("MatMul", shape, [graph.Constant(matrix.As<float>(), matrix.Rows, matrix.Columns), a]),
            _ => Transpose(MatrixProduct(matrix, Transpose(a, axis, -1), -1), axis, -1),
        };
    }

    /// <inheritdoc/>
    /// <remarks>ONNX's operator wants one leading axis: others are folded into it and unfolded again.</remarks>
    public OnnxValue Convolve(OnnxValue a, OnnxValue kernel)
    {
        var shape = ConvolutionShape.Of(a.Shape, kernel.Shape);
        var lead = a.Rank - kernel.Rank + 1;
        var folded = lead == 1 ? a : graph.Node(
            "Reshape", [OnnxValue.Symbolic, .. a.Shape[lead..]], [a, graph.Integers([-1, .. Array.ConvertAll(a.Shape[lead..], axis => (long)axis)])]);
        var result = graph.Node(
            "Conv", [folded.Shape[0], .. shape[lead..]], [folded, kernel], ("kernel_shape", Array.ConvertAll(kernel.Shape[2..], axis => (long)axis)));
        if (lead == 1)
        {
            return result;
        }

        var sizes = graph.Integers(Array.ConvertAll(shape[lead..], axis => (long)axis));
        return graph.Node("Reshape", shape, [result, lead == 0 ? sizes : Leading(a, lead, sizes)]);
    }

    // The sizes of a's leading axes as they are at run time, then those given.
    private OnnxValue Leading(OnnxValue a, int lead, OnnxValue sizes) => graph.Node(
        "Concat", [lead + sizes.Shape[0]], [graph.Node("Shape", [lead], [a], ("start", 0), ("end", lead)), sizes], ("axis", 0));

    private static NdArray<float> Plain(OnnxValue constant) => new(constant.Data!, constant.Shape);

    private OnnxValue Known(NdArray<float> result) => graph.Constant(result.Span.ToArray(), result.Shape);
}
