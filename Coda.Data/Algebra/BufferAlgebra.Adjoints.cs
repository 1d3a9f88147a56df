using System.Numerics.Tensors;

namespace Coda.Data.Algebra;

public sealed partial class BufferAlgebra<F> : IAdjoints<NdArray<F>>
{
    /// <inheritdoc/>
    NdArray<F> IAdjoints<NdArray<F>>.SumTo(NdArray<F> a, int[] shape)
    {
        if (shape.Length == 0 || (shape.Length == 1 && shape[0] == 1))
        {
            var total = Allocate(shape);
            total.Span[0] = TensorPrimitives.Sum<F>(a.Span);
            return total;
        }

        while (a.Rank > shape.Length)
        {
            a = Sum(a, -a.Rank);
        }

        for (var axis = 1; axis <= shape.Length; axis++)
        {
            if (shape[^axis] == 1 && a.Shape[^axis] != 1)
            {
                a = InsertAxis(Sum(a, -axis), -axis);
            }
        }

        return a;
    }

    /// <inheritdoc/>
    NdArray<F> IAdjoints<NdArray<F>>.Expand(NdArray<F> a, int axis, NdArray<F> original) => Expand(InsertAxis(a, axis), original.Shape);

    /// <inheritdoc/>
    NdArray<F> IAdjoints<NdArray<F>>.Embed(NdArray<F> a, int axis, int start, NdArray<F> original)
    {
        var (outer, size, inner) = Around(original.Shape, axis);
        var (result, run) = (Zeros(original.Shape), a.Shape[^-axis] * inner);
        for (var block = 0; block < outer; block++)
        {
            a.Span.Slice(block * run, run).CopyTo(result.Span[((block * size + start) * inner)..]);
        }

        return result;
    }

    /// <inheritdoc/>
    NdArray<F> IAdjoints<NdArray<F>>.Scatter(NdArray<F> a, ReadOnlySpan<int> indices, int size)
    {
        var result = Zeros([.. a.Shape[..^1], size]);
        for (var row = 0; row < a.Length / indices.Length; row++)
        {
            var source = a.Span.Slice(row * indices.Length, indices.Length);
            var target = result.Span.Slice(row * size, size);
            for (var i = 0; i < indices.Length; i++)
            {
                target[indices[i]] += source[i];
            }
        }

        return result;
    }

    /// <inheritdoc/>
    NdArray<F> IAdjoints<NdArray<F>>.Outer(NdArray<F> a, NdArray<F> b, int[] shape)
    {
        var (output, input, space, result) = (shape[0], shape[1], b.LastAxis, Zeros(shape));
        for (var block = 0; block < b.Length / (input * space); block++)
        {
            for (var i = 0; i < output * input; i++)
            {
                result.Span[i] += TensorPrimitives.Dot<F>(
                    a.Span.Slice((block * output + i / input) * space, space), b.Span.Slice((block * input + i % input) * space, space));
            }
        }

        return result;
    }

    private NdArray<F> Zeros(int[] shape)
    {
        var zeros = Allocate(shape);
        zeros.Span.Clear();
        return zeros;
    }
}
