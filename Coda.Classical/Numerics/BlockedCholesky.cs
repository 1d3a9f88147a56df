using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Coda.Classical.Numerics;

/// <summary>The factorization A = UᵀU of positive definite matrices, in SIMD.</summary>
/// <remarks>
/// Left-looking by blocks of rows (Golub and Van Loan, 2013, section 4.2): each block is brought up to date by one matrix product over all earlier rows, whose
/// kernel keeps 4 rows and 2 vectors in registers. Columns to the right of the matrix are taken along and come out as U⁻ᵀ times what they held.
/// </remarks>
/// <typeparam name="F"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal static class BlockedCholesky<F>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private const int Block = 32;
    private const int Rows = 4;

    /// <summary>The width of the kernel; the stride must be a multiple of it.</summary>
    public static int Panel => 2 * Vector<F>.Count;

    /// <summary>The entries that a matrix needs, a few rows more than it has.</summary>
    /// <param name="n">The matrix' size.</param>
    /// <param name="stride">The length of a row.</param>
    public static int Entries(int n, int stride) => (n + Rows) * stride;

    /// <summary>The length of a row for a width: a multiple of <see cref="Panel"/> whose rows do not all fall into one set of the cache.</summary>
    /// <param name="width">Columns of the matrix and to its right.</param>
    public static int Stride(int width)
    {
        var panels = (width + Panel - 1) / Panel;
        return (panels + (panels % 2 == 0 ? 1 : 0)) * Panel;
    }

    /// <summary>Factors a matrix in place; only the upper triangle is read and written, but all entries must be finite.</summary>
    /// <param name="a">The matrix and the columns to its right, row-major; rows of <paramref name="stride"/> entries.</param>
    /// <param name="n">The matrix' size.</param>
    /// <param name="stride">The length of a row, a multiple of <see cref="Panel"/>.</param>
    /// <param name="scratch">At least 2 · 32 · n entries.</param>
    /// <returns>Whether the matrix is positive definite.</returns>
    public static bool Factor(Span<F> a, int n, int stride, Span<F> scratch)
    {
        ref var first = ref MemoryMarshal.GetReference(a);
        for (var start = 0; start < n; start += Block)
        {
            var end = Math.Min(start + Block, n);
            if (start > 0)
            {
                Update(ref first, start, end, stride, scratch);
            }

            for (var i = start; i < end; i++)
            {
                if (!FinishRow(ref first, start, i, stride))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Solves U x = z.</summary>
    /// <param name="a">The factored matrix.</param>
    /// <param name="n">Its size.</param>
    /// <param name="stride">The length of a row.</param>
    /// <param name="z">The right-hand side, overwritten with the solution.</param>
    public static void SolveUpper(ReadOnlySpan<F> a, int n, int stride, Span<F> z)
    {
        for (var i = n - 1; i >= 0; i--)
        {
            var row = a.Slice(i * stride, n);
            z[i] = (z[i] - System.Numerics.Tensors.TensorPrimitives.Dot(row[(i + 1)..], z[(i + 1)..n])) / row[i];
        }
    }

    // Rows [start, end) less the product of all rows above with themselves, from column start on.
    private static void Update(ref F a, int start, int end, int stride, Span<F> scratch)
    {
        var groups = (end - start + Rows - 1) / Rows;
        ref var left = ref MemoryMarshal.GetReference(scratch);                              // [group, k, 4], negated
        ref var right = ref MemoryMarshal.GetReference(scratch[(groups * Rows * start)..]);  // [k, panel]
        Pack(ref a, start, groups, stride, ref left);
        for (var column = start; column < stride; column += Panel)
        {
            for (var k = 0; k < start; k++)
            {
                ref var source = ref Unsafe.Add(ref a, (k * stride) + column);
                ref var target = ref Unsafe.Add(ref right, k * Panel);
                Vector.LoadUnsafe(ref source).StoreUnsafe(ref target);
                Vector.LoadUnsafe(ref source, (nuint)Vector<F>.Count).StoreUnsafe(ref target, (nuint)Vector<F>.Count);
            }

            for (var group = 0; group < groups && start + (group * Rows) < column + Panel; group++)
            {
                Kernel(ref Unsafe.Add(ref left, group * Rows * start), ref right, start, ref Unsafe.Add(ref a, ((start + (group * Rows)) * stride) + column),
                    stride);
            }
        }
    }

    private static void Pack(ref F a, int start, int groups, int stride, ref F left)
    {
        for (var group = 0; group < groups; group++)
        {
            for (var k = 0; k < start; k++)
            {
                for (var row = 0; row < Rows; row++)
                {
                    Unsafe.Add(ref left, (((group * start) + k) * Rows) + row) = -Unsafe.Add(ref a, (k * stride) + start + (group * Rows) + row);
                }
            }
        }
    }

    private static void Kernel(ref F left, ref F right, int depth, ref F result, int stride)
    {
        var v = (nuint)Vector<F>.Count;
        ref var row1 = ref Unsafe.Add(ref result, stride);
        ref var row2 = ref Unsafe.Add(ref result, 2 * stride);
        ref var row3 = ref Unsafe.Add(ref result, 3 * stride);
        var (c00, c01) = (Vector.LoadUnsafe(ref result), Vector.LoadUnsafe(ref result, v));
        var (c10, c11) = (Vector.LoadUnsafe(ref row1), Vector.LoadUnsafe(ref row1, v));
        var (c20, c21) = (Vector.LoadUnsafe(ref row2), Vector.LoadUnsafe(ref row2, v));
        var (c30, c31) = (Vector.LoadUnsafe(ref row3), Vector.LoadUnsafe(ref row3, v));
        for (var k = 0; k < depth; k++)
        {
            var (b0, b1) = (Vector.LoadUnsafe(ref right), Vector.LoadUnsafe(ref right, v));
            var a0 = new Vector<F>(left);
            (c00, c01) = (MultiplyAdd(a0, b0, c00), MultiplyAdd(a0, b1, c01));
            var a1 = new Vector<F>(Unsafe.Add(ref left, 1));
            (c10, c11) = (MultiplyAdd(a1, b0, c10), MultiplyAdd(a1, b1, c11));
            var a2 = new Vector<F>(Unsafe.Add(ref left, 2));
            (c20, c21) = (MultiplyAdd(a2, b0, c20), MultiplyAdd(a2, b1, c21));
            var a3 = new Vector<F>(Unsafe.Add(ref left, 3));
            (c30, c31) = (MultiplyAdd(a3, b0, c30), MultiplyAdd(a3, b1, c31));
            left = ref Unsafe.Add(ref left, Rows);
            right = ref Unsafe.Add(ref right, 2 * Vector<F>.Count);
        }

        Store(c00, c01, ref result);
        Store(c10, c11, ref row1);
        Store(c20, c21, ref row2);
        Store(c30, c31, ref row3);
    }

    // Row i less the rows of its own block above it, divided by the root of its diagonal entry.
    private static bool FinishRow(ref F a, int start, int i, int stride)
    {
        ref var row = ref Unsafe.Add(ref a, i * stride);
        var from = i / Panel * Panel;
        for (var column = from; column < stride; column += Panel)
        {
            var (c0, c1) = (Vector.LoadUnsafe(ref row, (nuint)column), Vector.LoadUnsafe(ref row, (nuint)(column + Vector<F>.Count)));
            for (var k = start; k < i; k++)
            {
                ref var above = ref Unsafe.Add(ref a, k * stride);
                var factor = new Vector<F>(-Unsafe.Add(ref above, i));
                c0 = MultiplyAdd(factor, Vector.LoadUnsafe(ref above, (nuint)column), c0);
                c1 = MultiplyAdd(factor, Vector.LoadUnsafe(ref above, (nuint)(column + Vector<F>.Count)), c1);
            }

            Store(c0, c1, ref Unsafe.Add(ref row, column));
        }

        var diagonal = Unsafe.Add(ref row, i);
        if (!(diagonal > F.Zero))
        {
            return false;
        }

        var inverse = new Vector<F>(F.One / F.Sqrt(diagonal));
        for (var column = from; column < stride; column += Vector<F>.Count)
        {
            (Vector.LoadUnsafe(ref row, (nuint)column) * inverse).StoreUnsafe(ref row, (nuint)column);
        }

        return true;
    }

    private static void Store(Vector<F> low, Vector<F> high, ref F target)
    {
        low.StoreUnsafe(ref target);
        high.StoreUnsafe(ref target, (nuint)Vector<F>.Count);
    }

    // Vector<F> has no fused multiply-add of its own; the branch is decided when the method is compiled.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<F> MultiplyAdd(Vector<F> a, Vector<F> b, Vector<F> c) => typeof(F) == typeof(float)
        ? Vector.FusedMultiplyAdd(a.As<F, float>(), b.As<F, float>(), c.As<F, float>()).As<float, F>()
        : Vector.FusedMultiplyAdd(a.As<F, double>(), b.As<F, double>(), c.As<F, double>()).As<double, F>();
}
