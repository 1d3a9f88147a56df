using System.Numerics.Tensors;

namespace Coda.Classical.Numerics;

/// <summary>Matrices over the sites of a ring that differ from 0 near their diagonal only, one for each step: entry (i, i + offset), sites counted round the
/// ring.</summary>
/// <param name="size">The sites of the ring.</param>
/// <param name="low">The lowest offset, at most 0.</param>
/// <param name="high">The highest offset, at least 0.</param>
internal sealed class RingBands(int size, int low, int high)
{
    private double[][] _entries = []; // [time][offset, site]

    /// <summary>The lowest offset.</summary>
    public int Low { get; } = low;

    /// <summary>The highest offset.</summary>
    public int High { get; } = high;

    /// <summary>The sites of the ring.</summary>
    public int Size { get; } = size;

    /// <summary>Makes room for steps; what was there before is of no meaning any more.</summary>
    /// <param name="count">The number of steps.</param>
    public void Reserve(int count)
    {
        var had = _entries.Length;
        Array.Resize(ref _entries, count);
        for (var k = had; k < count; k++)
        {
            _entries[k] = new double[(High - Low + 1) * Size];
        }
    }

    /// <summary>The entries (i, i + offset) of one step's matrix. [site i]</summary>
    /// <param name="k">The step.</param>
    /// <param name="offset">The offset.</param>
    public Span<double> Diagonal(int k, int offset) => _entries[k].AsSpan((offset - Low) * Size, Size);

    /// <summary>Sets all entries of one step's matrix to 0.</summary>
    /// <param name="k">The step.</param>
    public void Clear(int k) => Array.Clear(_entries[k]);

    /// <summary>y += A x on a part of the ring, as if all sites outside were not there.</summary>
    /// <param name="k">The step.</param>
    /// <param name="start">The part's first site.</param>
    /// <param name="x">x. [site of the part]</param>
    /// <param name="y">y. [site of the part]</param>
    public void MultiplyPart(int k, int start, ReadOnlySpan<double> x, Span<double> y)
    {
        for (var offset = Low; offset <= High; offset++)
        {
            var (first, count) = (Math.Max(0, -offset), x.Length - Math.Abs(offset));
            var (from, before) = Segment(start + first, count);
            var entries = Diagonal(k, offset);
            MultiplyAdd(entries.Slice(from, before), x[(first + offset)..], y[first..]);
            MultiplyAdd(entries[..(count - before)], x[(first + offset + before)..], y[(first + before)..]);
        }
    }

    /// <summary>y += Aᵀ x on a part of the ring, as if all sites outside were not there.</summary>
    /// <param name="k">The step.</param>
    /// <param name="start">The part's first site.</param>
    /// <param name="x">x. [site of the part]</param>
    /// <param name="y">y. [site of the part]</param>
    public void MultiplyPartTransposed(int k, int start, ReadOnlySpan<double> x, Span<double> y)
    {
        for (var offset = Low; offset <= High; offset++)
        {
            var (first, count) = (Math.Max(0, -offset), x.Length - Math.Abs(offset));
            var (from, before) = Segment(start + first, count);
            var entries = Diagonal(k, offset);
            MultiplyAdd(entries.Slice(from, before), x[first..], y[(first + offset)..]);
            MultiplyAdd(entries[..(count - before)], x[(first + before)..], y[(first + offset + before)..]);
        }
    }

    /// <summary>y += A x on the whole ring.</summary>
    /// <param name="k">The step.</param>
    /// <param name="x">x. [site]</param>
    /// <param name="y">y. [site]</param>
    public void Multiply(int k, ReadOnlySpan<double> x, Span<double> y)
    {
        for (var offset = Low; offset <= High; offset++)
        {
            var entries = Diagonal(k, offset);
            var shift = (offset + Size) % Size;
            MultiplyAdd(entries[..(Size - shift)], x[shift..], y);
            MultiplyAdd(entries[(Size - shift)..], x, y[(Size - shift)..]);
        }
    }

    /// <summary>y += Aᵀ x on the whole ring.</summary>
    /// <param name="k">The step.</param>
    /// <param name="x">x. [site]</param>
    /// <param name="y">y. [site]</param>
    public void MultiplyTransposed(int k, ReadOnlySpan<double> x, Span<double> y)
    {
        for (var offset = Low; offset <= High; offset++)
        {
            var entries = Diagonal(k, offset);
            var shift = (offset + Size) % Size;
            MultiplyAdd(entries[..(Size - shift)], x, y[shift..]);
            MultiplyAdd(entries[(Size - shift)..], x[(Size - shift)..], y);
        }
    }

    /// <summary>The diagonals of AᵀA within a part of the ring; rows of A outside of the part count.</summary>
    /// <param name="k">The step.</param>
    /// <param name="start">The part's first site.</param>
    /// <param name="length">Its sites.</param>
    /// <param name="diagonals">Takes entry (i, i + d) at [d, i]; d up to the number of A's diagonals.</param>
    public void Square(int k, int start, int length, Span<double> diagonals)
    {
        diagonals.Clear();
        for (var offset = Low; offset <= High; offset++)
        {
            for (var other = offset; other <= High && other - offset < length; other++)
            {
                var count = length - (other - offset);
                var target = diagonals.Slice((other - offset) * length, length);
                var (from, before) = Segment(start - offset, count);
                var left = Diagonal(k, offset);
                var right = Diagonal(k, other);
                MultiplyAdd(left.Slice(from, before), right.Slice(from, before), target);
                MultiplyAdd(left[..(count - before)], right[..(count - before)], target[before..]);
            }
        }
    }

    // Where sites start, and how many of them lie before the ring closes.
    private (int From, int Before) Segment(int start, int count)
    {
        var from = ((start % Size) + Size) % Size;
        return (from, Math.Min(count, Size - from));
    }

    private static void MultiplyAdd(ReadOnlySpan<double> entries, ReadOnlySpan<double> x, Span<double> y)
    {
        if (!entries.IsEmpty)
        {
            var target = y[..entries.Length];
            TensorPrimitives.MultiplyAdd(entries, x[..entries.Length], target, target);
        }
    }
}
