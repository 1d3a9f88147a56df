using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Coda.Classical.Numerics;

/// <summary>Eigenvalues of small Hermitian matrices.</summary>
/// <remarks>
/// MathNet's managed provider, which reduces to tridiagonal form and iterates with the QL algorithm (EISPACK's htridi and tql2), on the caller's thread. It
/// allocates; what an ensemble needs for every analysis, of real matrices, is <see cref="SymmetricEigen"/>'s.
/// </remarks>
internal static class HermitianMatrix
{
    /// <summary>A = Σ_k λ_k v_k v_kᴴ, where entry (i, j) of every matrix stands at [j, i].</summary>
    /// <param name="a">A Hermitian matrix; kept. [column, row]</param>
    /// <param name="n">Its size.</param>
    /// <returns>The eigenvalues, rising, and the eigenvectors, orthonormal. [vector], [vector, entry]</returns>
    /// <exception cref="ArithmeticException">The matrix is not finite, or its entries are too far apart for the iteration to end.</exception>
    public static (double[] Values, Complex[] Vectors) Decompose(Complex[] a, int n)
    {
        if (!a.All(Complex.IsFinite))
        {
            throw new ArithmeticException($"Expected a finite Hermitian matrix of {n} rows, got an entry that is not.");
        }

        var (values, vectors) = (new Complex[n], new Complex[n * n]);
        for (var i = 0; i < n; i++)
        {
            vectors[i * (n + 1)] = 1; // the provider turns what it finds here
        }

        try
        {
            ManagedLinearAlgebraProvider.Instance.EigenDecomp(isSymmetric: true, n, a, vectors, values, new Complex[n * n]);
        }
        catch (Exception fault) when (fault is NonConvergenceException or IndexOutOfRangeException)
        {
            throw Diverged(fault);
        }

        if (!values.All(Complex.IsFinite))
        {
            throw Diverged(null);
        }

        return ([.. values.Select(v => v.Real)], vectors);

        // The provider squares entries, and runs past its arrays where that overflows.
        ArithmeticException Diverged(Exception? fault) =>
            new($"Expected eigenvalues of a Hermitian matrix of {n} rows, got none: "
                + $"its entries, of up to {a.Max(Complex.Abs):G3}, are too large or too far apart for the iteration.", fault);
    }

    /// <summary>The matrix with given eigenvalues and eigenvectors.</summary>
    /// <param name="values">The eigenvalues.</param>
    /// <param name="vectors">The eigenvectors. [vector, entry]</param>
    /// <returns>[column, row]</returns>
    public static Complex[] Compose(ReadOnlySpan<double> values, Complex[] vectors)
    {
        var n = values.Length;
        var matrix = new Complex[n * n];
        for (var k = 0; k < n; k++)
        {
            var vector = vectors.AsSpan(k * n, n);
            for (var j = 0; j < n && values[k] != 0; j++)
            {
                var column = matrix.AsSpan(j * n, n);
                TensorPrimitives.MultiplyAdd(vector, values[k] * Complex.Conjugate(vector[j]), column, column);
            }
        }

        return matrix;
    }
}
