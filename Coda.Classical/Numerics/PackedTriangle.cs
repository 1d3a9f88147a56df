using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Coda.Classical.Numerics;

/// <summary>Upper triangular matrices without their lower half, for solving with one right-hand side: four rows at a time, with the diagonal's inverse in its
/// place.</summary>
/// <remarks>Rows and columns are rounded up to four; those added are the identity's. A group of four rows starts at its own first column.</remarks>
internal static class PackedTriangle
{
    private const int Rows = 4;

    /// <summary>The size rounded up; the length of vectors, whose added entries stay 0.</summary>
    /// <param name="n">The size.</param>
    public static int Padded(int n) => (n + Rows - 1) / Rows * Rows;

    /// <summary>The entries that a matrix takes.</summary>
    /// <param name="n">The size.</param>
    public static int Entries(int n) => Padded(n) * (Padded(n) + Rows) / 2;

    /// <summary>Packs a matrix.</summary>
    /// <param name="upper">The matrix, of which the upper triangle is read. [row, stride]</param>
    /// <param name="stride">The length of a row.</param>
    /// <param name="n">The size.</param>
    /// <param name="packed">Takes the matrix.</param>
    public static void Pack(ReadOnlySpan<double> upper, int stride, int n, Span<double> packed)
    {
        packed.Clear();
        var (size, at) = (Padded(n), 0);
        for (var row = 0; row < size; row++)
        {
            var first = row / Rows * Rows;
            var target = packed.Slice(at, size - first);
            if (row < n)
            {
                upper[((row * stride) + row)..((row * stride) + n)].CopyTo(target[(row - first)..]);
            }

            target[row - first] = row < n ? 1 / target[row - first] : 1;
            at += size - first;
        }
    }

    /// <summary>Unpacks a matrix.</summary>
    /// <param name="packed">The packed matrix.</param>
    /// <param name="n">The size.</param>
    /// <param name="upper">Takes the upper triangle. [row, stride]</param>
    /// <param name="stride">The length of a row.</param>
    public static void Unpack(ReadOnlySpan<double> packed, int n, Span<double> upper, int stride)
    {
        var (size, at) = (Padded(n), 0);
        for (var row = 0; row < n; row++)
        {
            var first = row / Rows * Rows;
            packed.Slice(at + row - first, n - row).CopyTo(upper[((row * stride) + row)..]);
            upper[(row * stride) + row] = 1 / upper[(row * stride) + row];
            at += size - first;
        }
    }

    /// <summary>Solves Uᵀ y = b in place.</summary>
    /// <param name="packed">U.</param>
    /// <param name="vector">b, then y; of the padded size.</param>
    public static void SolveTransposed(ReadOnlySpan<double> packed, Span<double> vector)
    {
        ref var u = ref MemoryMarshal.GetReference(packed);
        ref var b = ref MemoryMarshal.GetReference(vector);
        nuint at = 0;
        for (var (c, size) = ((nuint)0, (nuint)vector.Length); c < size; c += Rows)
        {
            var length = size - c;
            var (u0, u1, u2, u3) = (at, at + length, at + (2 * length), at + (3 * length));
            var y0 = At(ref b, c) * At(ref u, u0);
            var y1 = (At(ref b, c + 1) - (At(ref u, u0 + 1) * y0)) * At(ref u, u1 + 1);
            var y2 = (At(ref b, c + 2) - (At(ref u, u0 + 2) * y0) - (At(ref u, u1 + 2) * y1)) * At(ref u, u2 + 2);
            var y3 = (At(ref b, c + 3) - (At(ref u, u0 + 3) * y0) - (At(ref u, u1 + 3) * y1) - (At(ref u, u2 + 3) * y2)) * At(ref u, u3 + 3);
            var (f0, f1, f2, f3) = (Vector256.Create(-y0), Vector256.Create(-y1), Vector256.Create(-y2), Vector256.Create(-y3));
            Vector256.Create(y0, y1, y2, y3).StoreUnsafe(ref b, c);
            for (nuint j = Rows; j < length; j += Rows)
            {
                var sum = Vector256.LoadUnsafe(ref b, c + j);
                sum = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref u, u0 + j), f0, sum);
                sum = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref u, u1 + j), f1, sum);
                sum = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref u, u2 + j), f2, sum);
                sum = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref u, u3 + j), f3, sum);
                sum.StoreUnsafe(ref b, c + j);
            }

            at += Rows * length;
        }
    }

    /// <summary>Solves U x = b in place.</summary>
    /// <param name="packed">U.</param>
    /// <param name="vector">b, then x; of the padded size.</param>
    public static void Solve(ReadOnlySpan<double> packed, Span<double> vector)
    {
        ref var u = ref MemoryMarshal.GetReference(packed);
        ref var b = ref MemoryMarshal.GetReference(vector);
        var (size, at) = ((nuint)vector.Length, (nuint)packed.Length);
        for (var c = size; c > 0;)
        {
            c -= Rows;
            var length = size - c;
            at -= Rows * length;
            var (u0, u1, u2, u3) = (at, at + length, at + (2 * length), at + (3 * length));
            Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nuint j = Rows; j < length; j += Rows)
            {
                var x = Vector256.LoadUnsafe(ref b, c + j);
                s0 = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref u, u0 + j), x, s0);
                s1 = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref u, u1 + j), x, s1);
                s2 = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref u, u2 + j), x, s2);
                s3 = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref u, u3 + j), x, s3);
            }

            var x3 = (At(ref b, c + 3) - Vector256.Sum(s3)) * At(ref u, u3 + 3);
            var x2 = (At(ref b, c + 2) - Vector256.Sum(s2) - (At(ref u, u2 + 3) * x3)) * At(ref u, u2 + 2);
            var x1 = (At(ref b, c + 1) - Vector256.Sum(s1) - (At(ref u, u1 + 3) * x3) - (At(ref u, u1 + 2) * x2)) * At(ref u, u1 + 1);
            var x0 = (At(ref b, c) - Vector256.Sum(s0) - (At(ref u, u0 + 3) * x3) - (At(ref u, u0 + 2) * x2) - (At(ref u, u0 + 1) * x1)) * At(ref u, u0);
            Vector256.Create(x0, x1, x2, x3).StoreUnsafe(ref b, c);
        }
    }

    private static ref double At(ref double start, nuint index) => ref System.Runtime.CompilerServices.Unsafe.Add(ref start, index);
}
