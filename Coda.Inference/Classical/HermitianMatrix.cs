using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Coda.Inference.Classical;

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
    /// <exception cref="ArithmeticException">The matrix is not finite.</exception>
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

        ManagedLinearAlgebraProvider.Instance.EigenDecomp(isSymmetric: true, n, a, vectors, values, new Complex[n * n]);
        return ([.. values.Select(v => v.Real)], vectors);
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
