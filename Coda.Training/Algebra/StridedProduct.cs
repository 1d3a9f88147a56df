using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Coda.Training.Algebra;

/// <summary>C = start + A B in float32, where rows of A may overlap, as those of a convolution's windows do.</summary>
/// <remarks>
/// 8 rows and up to 3 vectors of C stay in registers. Every entry is the fused sum over the depth in its order, so that bits depend on nothing else. It takes
/// about the time of MKL's product of the same sizes, and not the copy of the windows that MKL's needs.
/// </remarks>
internal static unsafe class StridedProduct
{
    private const int Rows = 8;
    private const int Lanes = 16; // of 512 bits

    private interface IVectors
    {
        static abstract int Count { get; }
    }

    /// <summary>Whether the processor has the registers that it needs.</summary>
    public static bool IsFast => Vector512.IsHardwareAccelerated;

    /// <summary>Multiplies.</summary>
    /// <param name="a">The first factor; entry (row, k) lies at row · <paramref name="aRow"/> + k · <paramref name="aStep"/>. [rows, depth]</param>
    /// <param name="aRow">The entries from one row to the next.</param>
    /// <param name="aStep">The entries from one column to the next.</param>
    /// <param name="b">The second, row-major without gaps. [depth, columns]</param>
    /// <param name="start">What the sums start from. [rows, columns]</param>
    /// <param name="startRow">The entries from one of its rows to the next; 0 for one row that all have.</param>
    /// <param name="c">Takes the result; may be the start. [rows, columns]</param>
    /// <param name="rows">The rows of A and C.</param>
    /// <param name="depth">The columns of A, the rows of B.</param>
    /// <param name="columns">The columns of B and C, a multiple of 16.</param>
    public static void Multiply(float* a, nint aRow, nint aStep, float* b, float* start, nint startRow, float* c, int rows, int depth, int columns)
    {
        for (var column = 0; column < columns;)
        {
            var left = (columns - column) / Lanes;
            var vectors = left is 1 ? 1 : left is 2 or 4 ? 2 : 3;
            for (var row = 0; row < rows; row += row + Rows <= rows ? Rows : 1)
            {
                float* x = a + (row * aRow), y = b + column, from = start + (row * startRow) + column, to = c + ((nint)row * columns) + column;
                switch (vectors, row + Rows <= rows)
                {
                    case (1, true): Eight<One>(x, aRow, aStep, y, from, startRow, to, depth, columns); break;
                    case (2, true): Eight<Two>(x, aRow, aStep, y, from, startRow, to, depth, columns); break;
                    case (3, true): Eight<Three>(x, aRow, aStep, y, from, startRow, to, depth, columns); break;
                    case (1, _): Single<One>(x, aStep, y, from, to, depth, columns); break;
                    case (2, _): Single<Two>(x, aStep, y, from, to, depth, columns); break;
                    default: Single<Three>(x, aStep, y, from, to, depth, columns); break;
                }
            }

            column += vectors * Lanes;
        }
    }

    private static void Eight<T>(float* a, nint aRow, nint aStep, float* b, float* start, nint startRow, float* c, int depth, nint columns)
        where T : IVectors
    {
        Vector512<float> c00 = First(start), c01 = Second<T>(start), c02 = Third<T>(start);
        Vector512<float> c10 = First(start + startRow), c11 = Second<T>(start + startRow), c12 = Third<T>(start + startRow);
        Vector512<float> c20 = First(start + (2 * startRow)), c21 = Second<T>(start + (2 * startRow)), c22 = Third<T>(start + (2 * startRow));
        Vector512<float> c30 = First(start + (3 * startRow)), c31 = Second<T>(start + (3 * startRow)), c32 = Third<T>(start + (3 * startRow));
        Vector512<float> c40 = First(start + (4 * startRow)), c41 = Second<T>(start + (4 * startRow)), c42 = Third<T>(start + (4 * startRow));
        Vector512<float> c50 = First(start + (5 * startRow)), c51 = Second<T>(start + (5 * startRow)), c52 = Third<T>(start + (5 * startRow));
        Vector512<float> c60 = First(start + (6 * startRow)), c61 = Second<T>(start + (6 * startRow)), c62 = Third<T>(start + (6 * startRow));
        Vector512<float> c70 = First(start + (7 * startRow)), c71 = Second<T>(start + (7 * startRow)), c72 = Third<T>(start + (7 * startRow));
        float* third = a + (3 * aRow), sixth = a + (6 * aRow);
        var two = 2 * aRow;
        for (var k = 0; k < depth; k++)
        {
            Vector512<float> b0 = First(b), b1 = Second<T>(b), b2 = Third<T>(b);
            var x0 = Vector512.Create(*a);
            (c00, c01, c02) = (Fused(x0, b0, c00), Second<T>(x0, b1, c01), Third<T>(x0, b2, c02));
            var x1 = Vector512.Create(a[aRow]);
            (c10, c11, c12) = (Fused(x1, b0, c10), Second<T>(x1, b1, c11), Third<T>(x1, b2, c12));
            var x2 = Vector512.Create(a[two]);
            (c20, c21, c22) = (Fused(x2, b0, c20), Second<T>(x2, b1, c21), Third<T>(x2, b2, c22));
            var x3 = Vector512.Create(*third);
            (c30, c31, c32) = (Fused(x3, b0, c30), Second<T>(x3, b1, c31), Third<T>(x3, b2, c32));
            var x4 = Vector512.Create(third[aRow]);
            (c40, c41, c42) = (Fused(x4, b0, c40), Second<T>(x4, b1, c41), Third<T>(x4, b2, c42));
            var x5 = Vector512.Create(third[two]);
            (c50, c51, c52) = (Fused(x5, b0, c50), Second<T>(x5, b1, c51), Third<T>(x5, b2, c52));
            var x6 = Vector512.Create(*sixth);
            (c60, c61, c62) = (Fused(x6, b0, c60), Second<T>(x6, b1, c61), Third<T>(x6, b2, c62));
            var x7 = Vector512.Create(sixth[aRow]);
            (c70, c71, c72) = (Fused(x7, b0, c70), Second<T>(x7, b1, c71), Third<T>(x7, b2, c72));
            a += aStep;
            third += aStep;
            sixth += aStep;
            b += columns;
        }

        Store<T>(c, c00, c01, c02);
        Store<T>(c + columns, c10, c11, c12);
        Store<T>(c + (2 * columns), c20, c21, c22);
        Store<T>(c + (3 * columns), c30, c31, c32);
        Store<T>(c + (4 * columns), c40, c41, c42);
        Store<T>(c + (5 * columns), c50, c51, c52);
        Store<T>(c + (6 * columns), c60, c61, c62);
        Store<T>(c + (7 * columns), c70, c71, c72);
    }

    private static void Single<T>(float* a, nint aStep, float* b, float* start, float* c, int depth, nint columns)
        where T : IVectors
    {
        Vector512<float> c0 = First(start), c1 = Second<T>(start), c2 = Third<T>(start);
        for (var k = 0; k < depth; k++)
        {
            Vector512<float> b0 = First(b), b1 = Second<T>(b), b2 = Third<T>(b);
            var x = Vector512.Create(*a);
            (c0, c1, c2) = (Fused(x, b0, c0), Second<T>(x, b1, c1), Third<T>(x, b2, c2));
            a += aStep;
            b += columns;
        }

        Store<T>(c, c0, c1, c2);
    }

    private static Vector512<float> First(float* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Second<T>(float* from)
        where T : IVectors => T.Count > 1 ? Vector512.Load(from + Lanes) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Third<T>(float* from)
        where T : IVectors => T.Count > 2 ? Vector512.Load(from + (2 * Lanes)) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fused(Vector512<float> x, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(x, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Second<T>(Vector512<float> x, Vector512<float> b, Vector512<float> c)
        where T : IVectors => T.Count > 1 ? Fused(x, b, c) : c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Third<T>(Vector512<float> x, Vector512<float> b, Vector512<float> c)
        where T : IVectors => T.Count > 2 ? Fused(x, b, c) : c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(float* to, Vector512<float> v0, Vector512<float> v1, Vector512<float> v2)
        where T : IVectors
    {
        v0.Store(to);
        if (T.Count > 1)
        {
            v1.Store(to + Lanes);
        }

        if (T.Count > 2)
        {
            v2.Store(to + (2 * Lanes));
        }
    }

    private readonly struct One : IVectors
    {
        public static int Count => 1;
    }

    private readonly struct Two : IVectors
    {
        public static int Count => 2;
    }

    private readonly struct Three : IVectors
    {
        public static int Count => 3;
    }
}
