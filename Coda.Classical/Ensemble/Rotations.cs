using System.Numerics.Tensors;
using Coda.Data.Algebra;
using Coda.Data.Foundation;

namespace Coda.Classical.Ensemble;

/// <summary>Orthogonal matrices that leave the vector of ones where it is.</summary>
internal static class Rotations
{
    /// <summary>An orthonormal basis whose first vector is that of ones over √N (Helmert's).</summary>
    /// <param name="members">The number of members N.</param>
    /// <returns>The vectors as columns. [member, vector]</returns>
    public static double[] MeanPreservingBasis(int members)
    {
        var basis = new double[members * members];
        for (var m = 0; m < members; m++)
        {
            basis[m * members] = 1 / Math.Sqrt(members);
            for (var i = Math.Max(1, m); i < members; i++)
            {
                basis[(m * members) + i] = (m < i ? 1 : -i) / Math.Sqrt(i * (i + 1.0));
            }
        }

        return basis;
    }

    /// <summary>Draws Ω = B diag(1, Θ) Bᵀ with a uniformly distributed orthogonal Θ.</summary>
    /// <param name="random">Where it is drawn from.</param>
    /// <param name="basis">The basis B. [member, vector]</param>
    /// <param name="rotation">Takes Ω. [member, member]</param>
    /// <param name="members">The number of members N.</param>
    public static void Draw(ref CounterRandom random, double[] basis, Span<double> rotation, int members)
    {
        // Gaussian vectors made orthonormal, after that of ones: diag(1, Θ) Bᵀ, for any basis B.
        var rows = new double[members * members]; // [vector, member]
        rows.AsSpan(0, members).Fill(1 / Math.Sqrt(members));
        for (var i = 1; i < members; i++)
        {
            var row = rows.AsSpan(i * members, members);
            for (var m = 0; m < members; m++)
            {
                row[m] = random.NextGaussian();
            }

            for (var j = 0; j < i; j++)
            {
                var earlier = rows.AsSpan(j * members, members);
                TensorPrimitives.MultiplyAdd(earlier, -TensorPrimitives.Dot<double>(earlier, row), row, row);
            }

            TensorPrimitives.Multiply(row, 1 / Math.Sqrt(TensorPrimitives.SumOfSquares<double>(row)), row);
        }

        DenseProduct<double>.Multiply(basis, rows, rotation, members, members, members);
    }
}
