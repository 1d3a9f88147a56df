using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Coda.Data.Algebra;

public sealed partial class BufferAlgebra<F>
{
    private readonly ConditionalWeakTable<ConstantMatrix, F[]> _matrices = [];

    /// <inheritdoc/>
    public NdArray<F> Linear(NdArray<F> weight, NdArray<F> a)
    {
        var (output, input, space) = (weight.Shape[0], weight.Shape[1], a.LastAxis);
        if (a.Rank < 2 || a.Shape[^2] != input)
        {
            throw new ArgumentException($"Expected [..., {input}, space] for a weight [{output}, {input}], got [{string.Join(", ", a.Shape)}].");
        }

        var result = Zeros([.. a.Shape[..^2], output, space]);
        Mix(weight.Span, output, input, a, space, result);
        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> MatrixProduct(ConstantMatrix matrix, NdArray<F> a, int axis)
    {
        var (result, inner) = (Allocate(matrix.ShapeOfProduct(a.Shape, axis)), Around(a.Shape, axis).Inner);
        if (matrix.Fast is { } fast)
        {
            fast.Multiply<F>(a.Span, result.Span, inner);
            return result;
        }

        if (inner == 1)
        {
            DenseProduct<F>.Multiply(a.Span, Entries(matrix.Transposed), result.Span, a.Length / matrix.Columns, matrix.Columns, matrix.Rows);
            return result;
        }

        for (var block = 0; block < a.Length / (matrix.Columns * inner); block++)
        {
            DenseProduct<F>.Multiply(
                Entries(matrix), a.Span[(block * matrix.Columns * inner)..], result.Span[(block * matrix.Rows * inner)..], matrix.Rows, matrix.Columns, inner);
        }

        return result;
    }

    private ReadOnlySpan<F> Entries(ConstantMatrix matrix) => _matrices.GetValue(matrix, m => m.As<F>());

    /// <inheritdoc/>
    public NdArray<F> Convolve(NdArray<F> a, NdArray<F> kernel)
    {
        var shape = ConvolutionShape.Of(a.Shape, kernel.Shape);
        var is2 = kernel.Rank == 4;
        var (output, input, height, width) = (kernel.Shape[0], kernel.Shape[1], is2 ? kernel.Shape[2] : 1, kernel.Shape[^1]);
        var (rows, columns, result) = (is2 ? a.Shape[^2] : 1, a.LastAxis, Zeros(shape));
        var (fits, run) = (rows - height + 1, columns - width + 1);
        for (var i = 0; i < result.Length / run; i++)
        {
            var (y, o, block) = (i % fits, i / fits % output, i / (fits * output));
            var target = result.Span.Slice(i * run, run);
            for (var entry = 0; entry < input * height * width; entry++)
            {
                var (dx, dy, channel) = (entry % width, entry / width % height, entry / (width * height));
                var source = a.Span.Slice(((((block * input) + channel) * rows) + y + dy) * columns + dx, run);
                TensorPrimitives.MultiplyAdd(source, kernel.Span[(o * input * height * width) + entry], target, target);
            }
        }

        return result;
    }

    // matrix [output, input] · a [..., input, run], added to the result
    private static void Mix(ReadOnlySpan<F> matrix, int output, int input, NdArray<F> a, int run, NdArray<F> result)
    {
        for (var block = 0; block < a.Length / (input * run); block++)
        {
            for (var o = 0; o < output; o++)
            {
                var row = result.Span.Slice((block * output + o) * run, run);
                for (var i = 0; i < input; i++)
                {
                    TensorPrimitives.MultiplyAdd(a.Span.Slice((block * input + i) * run, run), matrix[o * input + i], row, row);
                }
            }
        }
    }
}
