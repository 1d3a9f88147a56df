using System.Numerics.Tensors;

namespace Coda.Data.Algebra;

public sealed partial class BufferAlgebra<F>
{
    private const int ShiftedAtOnce = 2048; // entries whose terms meet in the first level of cache

    private readonly F[] _shifted = new F[ShiftedAtOnce];

    /// <inheritdoc/>
    public NdArray<F> Shift(ConstantStencil stencil, NdArray<F> a)
    {
        var (result, length) = (Allocate(a.Shape), a.LastAxis);
        for (var start = 0; start < a.Length; start += length)
        {
            for (var from = 0; from < length; from += ShiftedAtOnce)
            {
                var block = result.Span.Slice(start + from, Math.Min(ShiftedAtOnce, length - from));
                Shift(stencil, a.Span.Slice(start, length), from, block);
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public NdArray<F> ShiftProduct(ConstantProductStencil stencil, NdArray<F> a, NdArray<F> b)
    {
        if (!a.Shape.AsSpan().SequenceEqual(b.Shape))
        {
            var shape = Broadcasting.Shape(a.Shape, b.Shape);
            (a, b) = (Expand(a, shape), Expand(b, shape));
        }

        var (result, length) = (Allocate(a.Shape), a.LastAxis);
        for (var start = 0; start < a.Length; start += length)
        {
            for (var from = 0; from < length; from += ShiftedAtOnce)
            {
                var block = result.Span.Slice(start + from, Math.Min(ShiftedAtOnce, length - from));
                var left = _shifted.AsSpan(0, block.Length);
                var isFirst = true;
                foreach (var (offset, stencilOfLeft) in stencil.Groups)
                {
                    Shift(stencilOfLeft, a.Span.Slice(start, length), from, left);
                    AddProducts(b.Span.Slice(start, length), Around(from, offset, length), left, block, isFirst);
                    isFirst = false;
                }
            }
        }

        return result;
    }

    private static int Around(int from, int offset, int length)
    {
        var at = (int)(((long)from + offset) % length);
        return at < 0 ? at + length : at;
    }

    // Entries [from, from + block) of the sum of shifted copies.
    private static void Shift(ConstantStencil stencil, ReadOnlySpan<F> source, int from, Span<F> block)
    {
        for (var term = 0; term < stencil.Offsets.Length; term++)
        {
            var (rest, at, factor) = (0, Around(from, stencil.Offsets[term], source.Length), F.CreateChecked(stencil.Factors[term]));
            while (rest < block.Length)
            {
                var target = block.Slice(rest, Math.Min(block.Length - rest, source.Length - at));
                var values = source.Slice(at, target.Length);
                if (term == 0)
                {
                    TensorPrimitives.Multiply(values, factor, target);
                }
                else
                {
                    TensorPrimitives.MultiplyAdd(values, factor, target, target);
                }

                (rest, at) = (rest + target.Length, 0);
            }
        }
    }

    private static void AddProducts(ReadOnlySpan<F> source, int at, ReadOnlySpan<F> factors, Span<F> block, bool isFirst)
    {
        for (var rest = 0; rest < block.Length; at = 0)
        {
            var target = block.Slice(rest, Math.Min(block.Length - rest, source.Length - at));
            var values = source.Slice(at, target.Length);
            var by = factors.Slice(rest, target.Length);
            if (isFirst)
            {
                TensorPrimitives.Multiply(by, values, target);
            }
            else
            {
                TensorPrimitives.MultiplyAdd(by, values, target, target);
            }

            rest += target.Length;
        }
    }
}
