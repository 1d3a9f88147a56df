using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Coda.Inference.Classical.Ensemble;

/// <summary>Products of small dense matrices in SIMD; all row-major, without gaps between rows, as <see cref="Coda.Data.Algebra.NdArray{F}"/> and spans of members have them.</summary>
/// <remarks>The kernel keeps 4 rows and 2 vectors of the result in registers; what is left over at the right and below is done narrower.</remarks>
internal static class CompactProduct
{
    private static int Width => Vector<double>.Count;

    /// <summary>C = A B.</summary>
    /// <param name="a">[rows, depth]</param>
    /// <param name="b">[depth, columns]</param>
    /// <param name="c">Takes the product; not the same memory as a factor. [rows, columns]</param>
    /// <param name="rows">The rows of A and C.</param>
    /// <param name="depth">The columns of A, the rows of B.</param>
    /// <param name="columns">The columns of B and C.</param>
    public static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, int rows, int depth, int columns)
    {
        if (a.Length < rows * depth || b.Length < depth * columns || c.Length < rows * columns)
        {
            throw new ArgumentException($"Expected at least {rows * depth}, {depth * columns} and {rows * columns} entries, got {a.Length}, {b.Length} and {c.Length}.");
        }

        ref var a0 = ref MemoryMarshal.GetReference(a);
        ref var b0 = ref MemoryMarshal.GetReference(b);
        ref var c0 = ref MemoryMarshal.GetReference(c);
        for (var row = 0; row < rows; row += 4)
        {
            // The last rows overlap those before rather than being fewer.
            var top = rows >= 4 ? Math.Min(row, rows - 4) : row;
            if (rows >= 4)
            {
                FourRows(ref Unsafe.Add(ref a0, top * depth), ref b0, ref Unsafe.Add(ref c0, top * columns), depth, columns);
            }
            else
            {
                for (var one = 0; one < rows; one++)
                {
                    OneRow(ref Unsafe.Add(ref a0, one * depth), ref b0, ref Unsafe.Add(ref c0, one * columns), depth, 0, columns);
                }
            }
        }
    }

    private static void FourRows(ref double a, ref double b, ref double c, int depth, int columns)
    {
        var column = 0;
        for (; column <= columns - (2 * Width); column += 2 * Width)
        {
            Kernel(ref a, ref Unsafe.Add(ref b, column), ref Unsafe.Add(ref c, column), depth, columns);
        }

        for (var row = 0; row < 4 && column < columns; row++)
        {
            OneRow(ref Unsafe.Add(ref a, row * depth), ref b, ref Unsafe.Add(ref c, row * columns), depth, column, columns);
        }
    }

    private static void Kernel(ref double a, ref double b, ref double c, int depth, int columns)
    {
        var v = (nuint)Width;
        Vector<double> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        ref var a1 = ref Unsafe.Add(ref a, depth);
        ref var a2 = ref Unsafe.Add(ref a, 2 * depth);
        ref var a3 = ref Unsafe.Add(ref a, 3 * depth);
        for (var k = 0; k < depth; k++)
        {
            var (b0, b1) = (Vector.LoadUnsafe(ref b), Vector.LoadUnsafe(ref b, v));
            var x = new Vector<double>(Unsafe.Add(ref a, k));
            (c00, c01) = (Vector.FusedMultiplyAdd(x, b0, c00), Vector.FusedMultiplyAdd(x, b1, c01));
            x = new Vector<double>(Unsafe.Add(ref a1, k));
            (c10, c11) = (Vector.FusedMultiplyAdd(x, b0, c10), Vector.FusedMultiplyAdd(x, b1, c11));
            x = new Vector<double>(Unsafe.Add(ref a2, k));
            (c20, c21) = (Vector.FusedMultiplyAdd(x, b0, c20), Vector.FusedMultiplyAdd(x, b1, c21));
            x = new Vector<double>(Unsafe.Add(ref a3, k));
            (c30, c31) = (Vector.FusedMultiplyAdd(x, b0, c30), Vector.FusedMultiplyAdd(x, b1, c31));
            b = ref Unsafe.Add(ref b, columns);
        }

        Store(c00, c01, ref c);
        Store(c10, c11, ref Unsafe.Add(ref c, columns));
        Store(c20, c21, ref Unsafe.Add(ref c, 2 * columns));
        Store(c30, c31, ref Unsafe.Add(ref c, 3 * columns));
    }

    private static void OneRow(ref double a, ref double b, ref double c, int depth, int column, int columns)
    {
        for (; column <= columns - Width; column += Width)
        {
            var sum = Vector<double>.Zero;
            for (var k = 0; k < depth; k++)
            {
                sum = Vector.FusedMultiplyAdd(new Vector<double>(Unsafe.Add(ref a, k)), Vector.LoadUnsafe(ref b, (nuint)((k * columns) + column)), sum);
            }

            sum.StoreUnsafe(ref c, (nuint)column);
        }

        for (; column < columns; column++)
        {
            var sum = 0.0;
            for (var k = 0; k < depth; k++)
            {
                sum = Math.FusedMultiplyAdd(Unsafe.Add(ref a, k), Unsafe.Add(ref b, (k * columns) + column), sum);
            }

            Unsafe.Add(ref c, column) = sum;
        }
    }

    private static void Store(Vector<double> low, Vector<double> high, ref double target)
    {
        low.StoreUnsafe(ref target);
        high.StoreUnsafe(ref target, (nuint)Width);
    }
}
