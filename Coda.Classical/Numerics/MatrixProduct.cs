using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.CompilerServices;

namespace Coda.Classical.Numerics;

/// <summary>Products of small dense matrices in double precision, in SIMD: the kernel keeps 4 rows and 2 vectors of the result in registers.</summary>
/// <remarks>
/// A right-hand matrix and a result have rows of whole panels: their strides, or what lies behind their last row, leave room for the columns rounded up to
/// <see cref="BlockedCholesky{F}.Panel"/>. What comes out in the columns beyond is of no meaning.
/// </remarks>
internal static class MatrixProduct
{
    private const int Rows = 4;

    private static int Panel => 2 * Vector<double>.Count;

    /// <summary>The entries to allocate for a matrix, so that kernels may run over its last row.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="stride">The length of a row.</param>
    public static int Entries(int rows, int stride) => ((rows + Rows) * stride) + Panel;

    /// <summary>C = A B, with entry (i, k) of A at i · <paramref name="rowStep"/> + k · <paramref name="depthStep"/>, so that A may stand transposed.</summary>
    /// <param name="left">A.</param>
    /// <param name="rowStep">From one row of A to the next.</param>
    /// <param name="depthStep">From one column of A to the next.</param>
    /// <param name="right">B. [depth, column]</param>
    /// <param name="rightStride">The length of a row of B.</param>
    /// <param name="result">C. [row, column]</param>
    /// <param name="resultStride">The length of a row of C.</param>
    /// <param name="size">Rows, depth and columns.</param>
    /// <param name="upperOnly">Whether only the entries on and above the diagonal are wanted.</param>
    public static void Multiply(
        ReadOnlySpan<double> left, int rowStep, int depthStep, ReadOnlySpan<double> right, int rightStride,
        Span<double> result, int resultStride, (int Rows, int Depth, int Columns) size, bool upperOnly = false)
    {
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        ref var c = ref MemoryMarshal.GetReference(result);
        for (var column = 0; column < size.Columns; column += Panel)
        {
            var row = 0;
            for (; row + Rows <= size.Rows && !(upperOnly && row >= column + Panel); row += Rows)
            {
                Four(ref Unsafe.Add(ref a, row * rowStep), rowStep, depthStep, ref Unsafe.Add(ref b, column), rightStride, size.Depth,
                    ref Unsafe.Add(ref c, (row * resultStride) + column), resultStride);
            }

            for (; row < size.Rows && !(upperOnly && row >= column + Panel); row++)
            {
                One(ref Unsafe.Add(ref a, row * rowStep), depthStep, ref Unsafe.Add(ref b, column), rightStride, size.Depth,
                    ref Unsafe.Add(ref c, (row * resultStride) + column));
            }
        }
    }

    /// <summary>One row of A B for an A of few entries: the sum of rows of B, each with its factor.</summary>
    /// <param name="factors">The entries of A's row.</param>
    /// <param name="columns">Their columns, the rows of B.</param>
    /// <param name="right">B. [depth, column]</param>
    /// <param name="stride">The length of a row of B.</param>
    /// <param name="row">Takes the row. [column]</param>
    /// <param name="width">The columns of B.</param>
    public static void MultiplyRow(ReadOnlySpan<double> factors, ReadOnlySpan<int> columns, ReadOnlySpan<double> right, int stride, Span<double> row, int width)
    {
        ref var b = ref MemoryMarshal.GetReference(right);
        ref var c = ref MemoryMarshal.GetReference(row);
        var column = 0;
        for (var v = (nuint)Vector<double>.Count; column + Panel < width; column += 2 * Panel)
        {
            Vector<double> c0 = default, c1 = default, c2 = default, c3 = default;
            for (var k = 0; k < factors.Length; k++)
            {
                var factor = new Vector<double>(factors[k]);
                ref var source = ref Unsafe.Add(ref b, (columns[k] * stride) + column);
                c0 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref source), c0);
                c1 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref source, v), c1);
                c2 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref source, 2 * v), c2);
                c3 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref source, 3 * v), c3);
            }

            Store(c0, c1, ref Unsafe.Add(ref c, column));
            Store(c2, c3, ref Unsafe.Add(ref c, column + Panel));
        }

        for (; column < width; column += Panel)
        {
            Vector<double> c0 = default, c1 = default;
            for (var k = 0; k < factors.Length; k++)
            {
                var factor = new Vector<double>(factors[k]);
                ref var source = ref Unsafe.Add(ref b, (columns[k] * stride) + column);
                c0 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref source), c0);
                c1 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref source, (nuint)Vector<double>.Count), c1);
            }

            Store(c0, c1, ref Unsafe.Add(ref c, column));
        }
    }

    /// <summary>Solves U X = B by rows, in place.</summary>
    /// <param name="upper">U, of which only the upper triangle is read. [row, column]</param>
    /// <param name="upperStride">The length of a row of U.</param>
    /// <param name="right">B, then X. [row, column]</param>
    /// <param name="stride">The length of a row of B.</param>
    /// <param name="n">The size of U.</param>
    /// <param name="columns">The columns of B.</param>
    public static void SolveUpper(ReadOnlySpan<double> upper, int upperStride, Span<double> right, int stride, int n, int columns)
    {
        ref var u = ref MemoryMarshal.GetReference(upper);
        ref var b = ref MemoryMarshal.GetReference(right);
        for (var i = n - 1; i >= 0; i--)
        {
            ref var factors = ref Unsafe.Add(ref u, i * upperStride);
            var inverse = new Vector<double>(1 / Unsafe.Add(ref factors, i));
            for (var column = 0; column < columns; column += Panel)
            {
                ref var target = ref Unsafe.Add(ref b, (i * stride) + column);
                var (c0, c1) = (Vector.LoadUnsafe(ref target), Vector.LoadUnsafe(ref target, (nuint)Vector<double>.Count));
                for (var k = i + 1; k < n; k++)
                {
                    var factor = new Vector<double>(-Unsafe.Add(ref factors, k));
                    ref var below = ref Unsafe.Add(ref b, (k * stride) + column);
                    c0 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref below), c0);
                    c1 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref below, (nuint)Vector<double>.Count), c1);
                }

                (c0 * inverse).StoreUnsafe(ref target);
                (c1 * inverse).StoreUnsafe(ref target, (nuint)Vector<double>.Count);
            }
        }
    }

    /// <summary>B = Aᵀ.</summary>
    /// <param name="source">A. [row, column]</param>
    /// <param name="sourceStride">The length of a row of A.</param>
    /// <param name="target">B. [column, row]</param>
    /// <param name="targetStride">The length of a row of B.</param>
    /// <param name="rows">The rows of A.</param>
    /// <param name="columns">The columns of A.</param>
    public static void Transpose(ReadOnlySpan<double> source, int sourceStride, Span<double> target, int targetStride, int rows, int columns)
    {
        for (var i = 0; i < rows; i++)
        {
            var row = source.Slice(i * sourceStride, columns);
            for (var j = 0; j < row.Length; j++)
            {
                target[(j * targetStride) + i] = row[j];
            }
        }
    }

    /// <summary>The kernel: 4 rows of a product in one panel of columns.</summary>
    /// <param name="a">The first entry of A's rows.</param>
    /// <param name="rowStep">From one row of A to the next.</param>
    /// <param name="depthStep">From one column of A to the next.</param>
    /// <param name="b">The first entry of B's panel.</param>
    /// <param name="stride">The length of a row of B.</param>
    /// <param name="depth">The columns of A, the rows of B.</param>
    /// <param name="c">Takes the product from here on.</param>
    /// <param name="resultStride">The length of a row of C.</param>
    internal static void Four(ref double a, int rowStep, int depthStep, ref double b, int stride, int depth, ref double c, int resultStride)
    {
        var v = (nuint)Vector<double>.Count;
        Vector<double> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        for (var k = 0; k < depth; k++)
        {
            var (b0, b1) = (Vector.LoadUnsafe(ref b), Vector.LoadUnsafe(ref b, v));
            var a0 = new Vector<double>(a);
            (c00, c01) = (Vector.FusedMultiplyAdd(a0, b0, c00), Vector.FusedMultiplyAdd(a0, b1, c01));
            var a1 = new Vector<double>(Unsafe.Add(ref a, rowStep));
            (c10, c11) = (Vector.FusedMultiplyAdd(a1, b0, c10), Vector.FusedMultiplyAdd(a1, b1, c11));
            var a2 = new Vector<double>(Unsafe.Add(ref a, 2 * rowStep));
            (c20, c21) = (Vector.FusedMultiplyAdd(a2, b0, c20), Vector.FusedMultiplyAdd(a2, b1, c21));
            var a3 = new Vector<double>(Unsafe.Add(ref a, 3 * rowStep));
            (c30, c31) = (Vector.FusedMultiplyAdd(a3, b0, c30), Vector.FusedMultiplyAdd(a3, b1, c31));
            a = ref Unsafe.Add(ref a, depthStep);
            b = ref Unsafe.Add(ref b, stride);
        }

        Store(c00, c01, ref c);
        Store(c10, c11, ref Unsafe.Add(ref c, resultStride));
        Store(c20, c21, ref Unsafe.Add(ref c, 2 * resultStride));
        Store(c30, c31, ref Unsafe.Add(ref c, 3 * resultStride));
    }

    private static void One(ref double a, int depthStep, ref double b, int stride, int depth, ref double c)
    {
        Vector<double> c0 = default, c1 = default;
        for (var k = 0; k < depth; k++)
        {
            var factor = new Vector<double>(a);
            c0 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref b), c0);
            c1 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref b, (nuint)Vector<double>.Count), c1);
            a = ref Unsafe.Add(ref a, depthStep);
            b = ref Unsafe.Add(ref b, stride);
        }

        Store(c0, c1, ref c);
    }

    private static void Store(Vector<double> low, Vector<double> high, ref double target)
    {
        low.StoreUnsafe(ref target);
        high.StoreUnsafe(ref target, (nuint)Vector<double>.Count);
    }
}
