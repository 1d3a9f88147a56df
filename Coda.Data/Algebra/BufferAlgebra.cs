using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Coda.Data.Algebra;

/// <summary>The algebra on pooled buffers of float or double, with SIMD: truth runs, ensembles, and what the tape records.</summary>
/// <remarks>
/// Buffers are handed out from free lists and come back with <see cref="Recycle"/>, so that a long run allocates nothing. Not thread-safe: one per thread.
/// </remarks>
/// <typeparam name="F"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class BufferAlgebra<F> : IAlgebra<NdArray<F>>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private readonly Dictionary<int, Stack<F[]>> _free = [];
    private readonly List<NdArray<F>> _live = [];
    private readonly ConditionalWeakTable<ConstantVector, NdArray<F>> _constants = [];

    /// <summary>Takes back the buffer of every array made so far, but for those kept.</summary>
    /// <param name="keep">Arrays that stay valid until the next call.</param>
    public void Recycle(params ReadOnlySpan<NdArray<F>> keep) => Release(0, keep);

    /// <inheritdoc/>
    public int Mark() => _live.Count;

    /// <inheritdoc/>
    public void Release(int mark, params ReadOnlySpan<NdArray<F>> keep)
    {
        var kept = mark;
        for (var i = mark; i < _live.Count; i++)
        {
            if (IsKept(_live[i], keep))
            {
                _live[kept++] = _live[i];
            }
            else
            {
                FreeList(_live[i].Data.Length).Push(_live[i].Data);
            }
        }

        _live.RemoveRange(kept, _live.Count - kept);
    }

    /// <summary>A new array whose entries are not set.</summary>
    /// <param name="shape">The length of every axis.</param>
    public NdArray<F> Allocate(params int[] shape)
    {
        var length = 1;
        foreach (var axis in shape)
        {
            length *= axis;
        }

        var array = new NdArray<F>(FreeList(length).TryPop(out var data) ? data : new F[length], shape);
        _live.Add(array);
        return array;
    }

    /// <summary>A new array with a copy of the entries given.</summary>
    /// <param name="values">The entries, row-major.</param>
    /// <param name="shape">The length of every axis.</param>
    public NdArray<F> From(ReadOnlySpan<F> values, params int[] shape)
    {
        var array = Allocate(shape);
        values.CopyTo(array.Span);
        return array;
    }

    /// <inheritdoc/>
    public int[] ShapeOf(NdArray<F> a) => a.Shape;

    /// <inheritdoc/>
    public NdArray<F> Constant(double value)
    {
        var array = Allocate();
        array.Span[0] = F.CreateChecked(value);
        return array;
    }

    /// <inheritdoc/>
    public NdArray<F> Constant(ReadOnlySpan<double> values)
    {
        var array = Allocate(values.Length);
        TensorPrimitives.ConvertTruncating(values, array.Span);
        return array;
    }

    /// <inheritdoc/>
    /// <remarks>The same array each time, which is never recycled.</remarks>
    public NdArray<F> Constant(ConstantVector values) => _constants.GetValue(values, v => new NdArray<F>(v.As<F>(), v.Span.Length));

    private static bool IsKept(NdArray<F> array, ReadOnlySpan<NdArray<F>> keep)
    {
        foreach (var kept in keep)
        {
            if (ReferenceEquals(kept.Data, array.Data))
            {
                return true;
            }
        }

        return false;
    }

    private Stack<F[]> FreeList(int length)
    {
        if (!_free.TryGetValue(length, out var list))
        {
            _free.Add(length, list = new Stack<F[]>());
        }

        return list;
    }
}
