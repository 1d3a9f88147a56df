using System.Numerics.Tensors;

namespace Coda.Data.Algebra;

public sealed partial class BufferAlgebra<F>
{
    /// <inheritdoc/>
    public NdArray<F> Roll(NdArray<F> a, int axis, int shift)
    {
        var ((_, length, inner), result) = (Around(a.Shape, axis), Allocate(a.Shape));
        var (size, cut) = (length * inner, ((shift % length) + length) % length * inner);
        var source = a.Span;
        var target = result.Span;
        for (var start = 0; start < a.Length; start += size)
        {
            source.Slice(start, size - cut).CopyTo(target[(start + cut)..]);
            source.Slice(start + size - cut, cut).CopyTo(target[start..]);
        }

        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> Slice(NdArray<F> a, int axis, int start, int length)
    {
        var (outer, size, inner) = Around(a.Shape, axis);
        int[] shape = [.. a.Shape];
        shape[^-axis] = length;
        var result = Allocate(shape);
        for (var block = 0; block < outer; block++)
        {
            a.Span.Slice((block * size + start) * inner, length * inner).CopyTo(result.Span[(block * length * inner)..]);
        }

        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> Concat(int axis, params ReadOnlySpan<NdArray<F>> parts)
    {
        int[] shape = [.. parts[0].Shape];
        shape[^-axis] = 0;
        foreach (var part in parts)
        {
            shape[^-axis] += part.Shape[^-axis];
        }

        var result = Allocate(shape);
        var (outer, size, inner) = Around(shape, axis);
        var start = 0;
        foreach (var part in parts)
        {
            var run = part.Shape[^-axis] * inner;
            for (var block = 0; block < outer; block++)
            {
                part.Span.Slice(block * run, run).CopyTo(result.Span[(block * size * inner + start)..]);
            }

            start += run;
        }

        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> Gather(NdArray<F> a, ReadOnlySpan<int> indices)
    {
        var (size, result) = (a.LastAxis, Allocate([.. a.Shape[..^1], indices.Length]));
        for (var row = 0; row < a.Length / size; row++)
        {
            var source = a.Span.Slice(row * size, size);
            var target = result.Span.Slice(row * indices.Length, indices.Length);
            for (var i = 0; i < indices.Length; i++)
            {
                target[i] = source[indices[i]];
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> InsertAxis(NdArray<F> a, int axis)
    {
        var at = a.Rank + 1 + axis;
        return Reshaped(a, [.. a.Shape[..at], 1, .. a.Shape[at..]]);
    }

    /// <inheritdoc/>
    public NdArray<F> RemoveAxis(NdArray<F> a, int axis)
    {
        var at = a.Rank + axis;
        return a.Shape[at] == 1
            ? Reshaped(a, [.. a.Shape[..at], .. a.Shape[(at + 1)..]])
            : throw new ArgumentException($"Expected an axis of length 1, got {a.Shape[at]}.");
    }

    /// <inheritdoc/>
    public NdArray<F> SplitLast(NdArray<F> a, int size) => Reshaped(a, [.. a.Shape[..^1], a.LastAxis / size, size]);

    /// <inheritdoc/>
    public NdArray<F> MergeLast(NdArray<F> a) => Reshaped(a, [.. a.Shape[..^2], a.Shape[^2] * a.Shape[^1]]);

    /// <inheritdoc/>
    public NdArray<F> Transpose(NdArray<F> a, int axis, int other)
    {
        int[] shape = [.. a.Shape];
        (shape[^-axis], shape[^-other]) = (shape[^-other], shape[^-axis]);
        var (result, strides) = (Allocate(shape), Strides(a.Shape, a.Rank));
        (strides[^-axis], strides[^-other]) = (strides[^-other], strides[^-axis]);
        Fill(a.Span, strides, result.Span, shape, 0);
        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> Sum(NdArray<F> a, int axis)
    {
        var (outer, size, inner) = Around(a.Shape, axis);
        var at = a.Rank + axis;
        var result = Allocate([.. a.Shape[..at], .. a.Shape[(at + 1)..]]);
        if (inner == 1)
        {
            for (var block = 0; block < outer; block++)
            {
                result.Span[block] = TensorPrimitives.Sum<F>(a.Span.Slice(block * size, size));
            }

            return result;
        }

        for (var block = 0; block < outer; block++)
        {
            var target = result.Span.Slice(block * inner, inner);
            target.Clear();
            for (var i = 0; i < size; i++)
            {
                TensorPrimitives.Add(target, a.Span.Slice((block * size + i) * inner, inner), target);
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> Mean(NdArray<F> a, int axis) => Scale(Sum(a, axis), 1.0 / a.Shape[^-axis]);

    /// <summary>A copy that fills the axes along which the array is broadcast.</summary>
    internal NdArray<F> Expand(NdArray<F> a, int[] shape)
    {
        if (a.Shape.AsSpan().SequenceEqual(shape))
        {
            return a;
        }

        var result = Allocate(shape);
        if (a.Length == 1)
        {
            result.Span.Fill(a.Span[0]);
            return result;
        }

        Fill(a.Span, Strides(a.Shape, shape.Length), result.Span, shape, 0);
        return result;
    }

    private static void Fill(ReadOnlySpan<F> source, ReadOnlySpan<int> strides, Span<F> target, ReadOnlySpan<int> shape, int at)
    {
        if (shape.Length == 1)
        {
            Fill(source, strides[0], target, at);
            return;
        }

        var run = target.Length / shape[0];
        for (var i = 0; i < shape[0]; i++)
        {
            Fill(source, strides[1..], target.Slice(i * run, run), shape[1..], at + i * strides[0]);
        }
    }

    private static void Fill(ReadOnlySpan<F> source, int stride, Span<F> target, int at)
    {
        switch (stride)
        {
            case 0:
                target.Fill(source[at]);
                break;
            case 1:
                source.Slice(at, target.Length).CopyTo(target);
                break;
            default:
                for (var i = 0; i < target.Length; i++)
                {
                    target[i] = source[at + (i * stride)];
                }

                break;
        }
    }

    private static int[] Strides(int[] shape, int rank)
    {
        var (strides, stride) = (new int[rank], 1);
        for (var axis = 1; axis <= shape.Length; axis++)
        {
            strides[^axis] = shape[^axis] == 1 ? 0 : stride;
            stride *= shape[^axis];
        }

        return strides;
    }

    private static (int Outer, int Size, int Inner) Around(int[] shape, int axis)
    {
        var (outer, inner) = (1, 1);
        for (var i = 1; i < -axis; i++)
        {
            inner *= shape[^i];
        }

        for (var i = -axis + 1; i <= shape.Length; i++)
        {
            outer *= shape[^i];
        }

        return (outer, shape[^-axis], inner);
    }

    // A view would alias a buffer that Recycle hands out again, so a reshaped array is a copy.
    private NdArray<F> Reshaped(NdArray<F> a, int[] shape) => From(a.Span, shape);
}
