using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Coda.Classical.Numerics;

namespace Coda.Classical.Numerics;

/// <summary>Products of small dense matrices in SIMD; all row-major, without gaps between rows, as <see cref="Coda.Data.Algebra.NdArray{F}"/> and spans of
/// members have them.</summary>
/// <remarks>By <see cref="MatrixProduct"/>'s kernel; what is left over at the right and below is done narrower, since rows leave it no room to run
/// over.</remarks>
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
            throw new ArgumentException(
                $"Expected at least {rows * depth}, {depth * columns} and {rows * columns} entries, got {a.Length}, {b.Length} and {c.Length}.");
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
            MatrixProduct.Four(ref a, depth, 1, ref Unsafe.Add(ref b, column), columns, depth, ref Unsafe.Add(ref c, column), columns);
        }

        for (var row = 0; row < 4 && column < columns; row++)
        {
            OneRow(ref Unsafe.Add(ref a, row * depth), ref b, ref Unsafe.Add(ref c, row * columns), depth, column, columns);
        }
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
}
