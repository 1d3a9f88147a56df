using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Coda.Data.Algebra;

/// <summary>C = A B of dense matrices, row-major without gaps: 4 rows and 4 vectors of C stay in registers.</summary>
/// <remarks>
/// Every entry is the fused sum over the depth in its order, whatever the width of vectors, so that bits do not depend on the processor. What is left over at
/// the right and below overlaps what is done already: it comes out the same.
/// </remarks>
/// <typeparam name="F"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal static class DenseProduct<F>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private const int Rows = 4;

    private static int Width => Vector512<F>.Count;

    // Without registers of 512 bits, 4 vectors of 4 rows would not stay in registers.
    private static int Panel => Vector512.IsHardwareAccelerated ? 4 * Width : Width;

    /// <summary>C = A B.</summary>
    /// <param name="a">[rows, depth]</param>
    /// <param name="b">[depth, columns]</param>
    /// <param name="c">Takes the product; not the same memory as a factor. [rows, columns]</param>
    /// <param name="rows">The rows of A and C.</param>
    /// <param name="depth">The columns of A, the rows of B.</param>
    /// <param name="columns">The columns of B and C.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void Multiply(ReadOnlySpan<F> a, ReadOnlySpan<F> b, Span<F> c, int rows, int depth, int columns)
    {
        if (a.Length < rows * depth || b.Length < depth * columns || c.Length < rows * columns)
        {
            throw new ArgumentException(
                $"Expected at least {rows * depth}, {depth * columns} and {rows * columns} entries, got {a.Length}, {b.Length} and {c.Length}.");
        }

        ref var a0 = ref MemoryMarshal.GetReference(a);
        ref var b0 = ref MemoryMarshal.GetReference(b);
        ref var c0 = ref MemoryMarshal.GetReference(c);
        var column = 0;
        while (columns - column >= Width)
        {
            // The last panel begins early enough to be whole, where that is less than to do what is left vector by vector.
            var panel = columns >= Panel && 2 * (columns - column) > Panel ? Panel : Width;
            var left = Math.Min(column, columns - panel);
            OfPanel(ref a0, ref Unsafe.Add(ref b0, left), ref Unsafe.Add(ref c0, left), (rows, depth, columns), panel);
            column = left + panel;
        }

        if (column < columns && columns >= Width)
        {
            OfPanel(ref a0, ref Unsafe.Add(ref b0, columns - Width), ref Unsafe.Add(ref c0, columns - Width), (rows, depth, columns), Width);
        }
        else if (column < columns)
        {
            Narrow(ref a0, ref b0, ref c0, (rows, depth, columns));
        }
    }

    private static void OfPanel(ref F a, ref F b, ref F c, (int Rows, int Depth, int Columns) size, int panel)
    {
        for (var row = 0; row < size.Rows;)
        {
            var isFour = size.Rows >= Rows;
            var top = isFour ? Math.Min(row, size.Rows - Rows) : row;
            ref var left = ref Unsafe.Add(ref a, (nint)top * size.Depth);
            ref var result = ref Unsafe.Add(ref c, (nint)top * size.Columns);
            for (var vector = 0; vector < panel; vector += isFour && panel > Width ? panel : Width)
            {
                ref var right = ref Unsafe.Add(ref b, vector);
                ref var target = ref Unsafe.Add(ref result, vector);
                if (!isFour)
                {
                    One(ref left, ref right, ref target, size.Depth, size.Columns);
                }
                else if (panel > Width)
                {
                    FourByFour(ref left, ref right, ref target, size.Depth, size.Columns);
                }
                else
                {
                    FourByOne(ref left, ref right, ref target, size.Depth, size.Columns);
                }
            }

            row = isFour ? top + Rows : row + 1;
        }
    }

    private static void FourByFour(ref F a, ref F b, ref F c, int depth, int stride)
    {
        var w = (nuint)Width;
        Vector512<F> c00 = default, c01 = default, c02 = default, c03 = default, c10 = default, c11 = default, c12 = default, c13 = default;
        Vector512<F> c20 = default, c21 = default, c22 = default, c23 = default, c30 = default, c31 = default, c32 = default, c33 = default;
        for (var k = 0; k < depth; k++)
        {
            var (b0, b1) = (Vector512.LoadUnsafe(ref b), Vector512.LoadUnsafe(ref b, w));
            var (b2, b3) = (Vector512.LoadUnsafe(ref b, 2 * w), Vector512.LoadUnsafe(ref b, 3 * w));
            var a0 = Vector512.Create(a);
            (c00, c01, c02, c03) = (Fused(a0, b0, c00), Fused(a0, b1, c01), Fused(a0, b2, c02), Fused(a0, b3, c03));
            var a1 = Vector512.Create(Unsafe.Add(ref a, depth));
            (c10, c11, c12, c13) = (Fused(a1, b0, c10), Fused(a1, b1, c11), Fused(a1, b2, c12), Fused(a1, b3, c13));
            var a2 = Vector512.Create(Unsafe.Add(ref a, 2 * depth));
            (c20, c21, c22, c23) = (Fused(a2, b0, c20), Fused(a2, b1, c21), Fused(a2, b2, c22), Fused(a2, b3, c23));
            var a3 = Vector512.Create(Unsafe.Add(ref a, 3 * depth));
            (c30, c31, c32, c33) = (Fused(a3, b0, c30), Fused(a3, b1, c31), Fused(a3, b2, c32), Fused(a3, b3, c33));
            a = ref Unsafe.Add(ref a, 1);
            b = ref Unsafe.Add(ref b, stride);
        }

        Store(c00, c01, c02, c03, ref c);
        Store(c10, c11, c12, c13, ref Unsafe.Add(ref c, stride));
        Store(c20, c21, c22, c23, ref Unsafe.Add(ref c, 2 * (nint)stride));
        Store(c30, c31, c32, c33, ref Unsafe.Add(ref c, 3 * (nint)stride));
    }

    private static void FourByOne(ref F a, ref F b, ref F c, int depth, int stride)
    {
        Vector512<F> c0 = default, c1 = default, c2 = default, c3 = default;
        for (var k = 0; k < depth; k++)
        {
            var right = Vector512.LoadUnsafe(ref b);
            c0 = Fused(Vector512.Create(a), right, c0);
            c1 = Fused(Vector512.Create(Unsafe.Add(ref a, depth)), right, c1);
            c2 = Fused(Vector512.Create(Unsafe.Add(ref a, 2 * depth)), right, c2);
            c3 = Fused(Vector512.Create(Unsafe.Add(ref a, 3 * depth)), right, c3);
            a = ref Unsafe.Add(ref a, 1);
            b = ref Unsafe.Add(ref b, stride);
        }

        c0.StoreUnsafe(ref c);
        c1.StoreUnsafe(ref Unsafe.Add(ref c, stride));
        c2.StoreUnsafe(ref Unsafe.Add(ref c, 2 * (nint)stride));
        c3.StoreUnsafe(ref Unsafe.Add(ref c, 3 * (nint)stride));
    }

    private static void One(ref F a, ref F b, ref F c, int depth, int stride)
    {
        Vector512<F> sum = default;
        for (var k = 0; k < depth; k++)
        {
            sum = Fused(Vector512.Create(Unsafe.Add(ref a, k)), Vector512.LoadUnsafe(ref Unsafe.Add(ref b, (nint)k * stride)), sum);
        }

        sum.StoreUnsafe(ref c);
    }

    // Fewer columns than a vector has: by vectors of half its width, the last beginning early enough to be whole, or one by one.
    private static void Narrow(ref F a, ref F b, ref F c, (int Rows, int Depth, int Columns) size)
    {
        var last = size.Columns - Vector256<F>.Count;
        for (var row = 0; row < size.Rows; row++)
        {
            ref var left = ref Unsafe.Add(ref a, (nint)row * size.Depth);
            ref var result = ref Unsafe.Add(ref c, (nint)row * size.Columns);
            if (last >= 0)
            {
                OneOfHalves(ref left, ref b, ref result, size.Depth, size.Columns, last);
                continue;
            }

            for (var column = 0; column < size.Columns; column++)
            {
                var sum = F.Zero;
                for (var k = 0; k < size.Depth; k++)
                {
                    sum = F.FusedMultiplyAdd(Unsafe.Add(ref left, k), Unsafe.Add(ref b, (k * size.Columns) + column), sum);
                }

                Unsafe.Add(ref result, column) = sum;
            }
        }
    }

    private static void OneOfHalves(ref F a, ref F b, ref F c, int depth, int stride, int last)
    {
        Vector256<F> low = default, high = default;
        for (var k = 0; k < depth; k++)
        {
            var left = Vector256.Create(Unsafe.Add(ref a, k));
            ref var right = ref Unsafe.Add(ref b, (nint)k * stride);
            (low, high) = (Fused(left, Vector256.LoadUnsafe(ref right), low), Fused(left, Vector256.LoadUnsafe(ref right, (nuint)last), high));
        }

        low.StoreUnsafe(ref c);
        high.StoreUnsafe(ref c, (nuint)last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<F> Fused(Vector256<F> a, Vector256<F> b, Vector256<F> c) => typeof(F) == typeof(float)
        ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, F>()
        : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, F>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<F> Fused(Vector512<F> a, Vector512<F> b, Vector512<F> c) => typeof(F) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, F>()
        : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, F>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<F> c0, Vector512<F> c1, Vector512<F> c2, Vector512<F> c3, ref F target)
    {
        var w = (nuint)Width;
        c0.StoreUnsafe(ref target);
        c1.StoreUnsafe(ref target, w);
        c2.StoreUnsafe(ref target, 2 * w);
        c3.StoreUnsafe(ref target, 3 * w);
    }
}
