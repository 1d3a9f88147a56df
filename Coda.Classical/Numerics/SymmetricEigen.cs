using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Coda.Classical.Numerics;

/// <summary>Eigenvalues and eigenvectors of symmetric matrices of up to some hundred rows, without allocation.</summary>
/// <remarks>
/// Householder's reduction to tridiagonal form, then the implicit QL algorithm (Golub and Van Loan, 2013, sections 8.3.1 and 8.3.3; Bowdler et al., 1968).
/// Vectors are rows, so that every inner loop runs over contiguous memory.
/// </remarks>
internal static class SymmetricEigen
{
    private const int MostIterations = 60;

    /// <summary>The numbers of scratch memory that a matrix needs.</summary>
    /// <param name="n">Its size.</param>
    public static int Scratch(int n) => 3 * n;

    /// <summary>A = Vᵀ diag(λ) V.</summary>
    /// <param name="a">A symmetric matrix; overwritten. [row, column]</param>
    /// <param name="values">Takes the eigenvalues λ, in no order. [n]</param>
    /// <param name="vectors">Takes the eigenvectors, orthonormal, as rows V. [vector, entry]</param>
    /// <param name="scratch">At least <see cref="Scratch"/> numbers.</param>
    /// <param name="n">The matrix' size.</param>
    /// <exception cref="ArithmeticException">The matrix is not finite.</exception>
    public static void Decompose(Span<double> a, Span<double> values, Span<double> vectors, Span<double> scratch, int n)
    {
        var off = scratch[..n];
        var w = scratch.Slice(n, n);
        var factors = scratch.Slice(2 * n, n);
        Reduce(a, values, off, w, factors, n);
        Accumulate(a, vectors, factors, n);
        Iterate(values, off, vectors, n);
    }

    // Row k of a keeps the reflection v in its columns from k + 1 on.
    private static void Reduce(Span<double> a, Span<double> diagonal, Span<double> off, Span<double> w, Span<double> factors, int n)
    {
        for (var k = 0; k < n; k++)
        {
            diagonal[k] = a[(k * n) + k];
            var m = n - k - 1;
            if (m == 0)
            {
                off[k] = 0;
                return;
            }

            var v = a.Slice((k * n) + k + 1, m);
            factors[k] = m == 1 ? 0 : Reflection(v, out off[k]);
            if (m == 1)
            {
                off[k] = v[0];
            }
            else if (factors[k] != 0)
            {
                Reflect(a, v, w[..m], factors[k], k + 1, n);
            }
        }
    }

    // v becomes x - alpha e1; the factor is 2 / v·v, or 0 where there is nothing to reflect.
    private static double Reflection(Span<double> v, out double alpha)
    {
        var tail = TensorPrimitives.SumOfSquares<double>(v[1..]);
        if (tail == 0)
        {
            alpha = v[0];
            return 0;
        }

        alpha = -Math.CopySign(Math.Sqrt((v[0] * v[0]) + tail), v[0]);
        v[0] -= alpha;
        return 2 / ((v[0] * v[0]) + tail);
    }

    // The remaining block becomes H A H = A - v wᵀ - w vᵀ.
    private static void Reflect(Span<double> a, ReadOnlySpan<double> v, Span<double> w, double factor, int from, int n)
    {
        for (var i = 0; i < v.Length; i++)
        {
            w[i] = factor * TensorPrimitives.Dot(a.Slice(((from + i) * n) + from, v.Length), v);
        }

        AddScaled(w, -0.5 * factor * TensorPrimitives.Dot<double>(w, v), v);
        for (var i = 0; i < v.Length; i++)
        {
            var row = a.Slice(((from + i) * n) + from, v.Length);
            AddScaled(row, -v[i], w);
            AddScaled(row, -w[i], v);
        }
    }

    private static void Accumulate(ReadOnlySpan<double> a, Span<double> vectors, ReadOnlySpan<double> factors, int n)
    {
        vectors[..(n * n)].Clear();
        for (var i = 0; i < n; i++)
        {
            vectors[(i * n) + i] = 1;
        }

        for (var k = n - 3; k >= 0; k--)
        {
            var v = a.Slice((k * n) + k + 1, n - k - 1);
            for (var i = k + 1; i < n && factors[k] != 0; i++)
            {
                var row = vectors.Slice((i * n) + k + 1, n - k - 1);
                AddScaled(row, -factors[k] * TensorPrimitives.Dot(row, v), v);
            }
        }
    }

    private static void Iterate(Span<double> d, Span<double> e, Span<double> vectors, int n)
    {
        // Relative to the whole matrix, for between eigenvalues that are rounding errors nothing converges.
        var least = 1.1e-16 * (TensorPrimitives.SumOfMagnitudes<double>(d[..n]) + TensorPrimitives.SumOfMagnitudes<double>(e[..n]));
        if (!double.IsFinite(least))
        {
            throw new ArithmeticException($"Expected a finite symmetric matrix of {n} rows, got an entry that is not.");
        }

        for (var l = 0; l < n; l++)
        {
            for (var iteration = 0; ; iteration++)
            {
                var m = l;
                while (m < n - 1 && Math.Abs(e[m]) > least)
                {
                    m++;
                }

                if (m == l)
                {
                    break;
                }

                if (iteration == MostIterations)
                {
                    throw new ArithmeticException($"Expected the eigenvalues of a symmetric matrix of {n} rows, got no convergence at eigenvalue {l}.");
                }

                Sweep(d, e, vectors, l, m, n);
            }
        }
    }

    // One implicit QL step with Wilkinson's shift on the unreduced block [l, m].
    private static void Sweep(Span<double> d, Span<double> e, Span<double> vectors, int l, int m, int n)
    {
        var g = (d[l + 1] - d[l]) / (2 * e[l]);
        var r = Math.Sqrt((g * g) + 1);
        g = d[m] - d[l] + (e[l] / (g + Math.CopySign(r, g)));
        var (s, c, p) = (1.0, 1.0, 0.0);
        for (var i = m - 1; i >= l; i--)
        {
            var (f, b) = (s * e[i], c * e[i]);
            r = Math.Sqrt((f * f) + (g * g));
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= p;
                e[m] = 0;
                return;
            }

            (s, c) = (f / r, g / r);
            g = d[i + 1] - p;
            r = ((d[i] - g) * s) + (2 * c * b);
            p = s * r;
            d[i + 1] = g + p;
            g = (c * r) - b;
            Rotate(vectors.Slice(i * n, n), vectors.Slice((i + 1) * n, n), c, s);
        }

        d[l] -= p;
        e[l] = g;
        e[m] = 0;
    }

    private static void Rotate(Span<double> x, Span<double> y, double c, double s)
    {
        var i = 0;
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var (u, v) = (Vector.LoadUnsafe(ref x0, (nuint)i), Vector.LoadUnsafe(ref y0, (nuint)i));
            ((u * c) - (v * s)).StoreUnsafe(ref x0, (nuint)i);
            ((u * s) + (v * c)).StoreUnsafe(ref y0, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            (x[i], y[i]) = ((c * x[i]) - (s * y[i]), (s * x[i]) + (c * y[i]));
        }
    }

    private static void AddScaled(Span<double> target, double factor, ReadOnlySpan<double> x) => TensorPrimitives.MultiplyAdd(x, factor, target, target);
}
