using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Variational.Latent;

/// <summary>The spread of a window's analyses, that of T (I + GᵀG)⁻¹ Tᵀ: T is the derivative of the state by v and G that of what the window
/// observes.</summary>
/// <remarks>It knows of errors in the latent numbers alone, not of those in what the decoder leaves.</remarks>
internal static class LatentSpread
{
    /// <summary>Factors a window's Hessian by v; nothing where that is one.</summary>
    /// <param name="window">The window.</param>
    /// <param name="point">v at the minimum. [latent]</param>
    public static MathNet.Numerics.LinearAlgebra.Factorization.Cholesky<double>? Factor(LatentWindow window, double[] point) =>
        window.Observed == 0 ? null : Hessian(window.Observations(point, window.Count)).Cholesky();

    /// <summary>I + GᵀG.</summary>
    /// <param name="observed">G. [observation, latent]</param>
    public static Matrix<double> Hessian(Matrix<double> observed) =>
        DenseMatrix.CreateIdentity(observed.ColumnCount) + observed.TransposeThisAndMultiply(observed);

    /// <summary>The spread at a step of the window, or after it.</summary>
    /// <param name="window">The window.</param>
    /// <param name="point">v at the minimum. [latent]</param>
    /// <param name="row">The step, counted from the window's first.</param>
    /// <param name="factor">What <see cref="Factor"/> gave.</param>
    /// <param name="spread">Takes it. [space]</param>
    public static void Of(
        LatentWindow window, double[] point, int row, MathNet.Numerics.LinearAlgebra.Factorization.Cholesky<double>? factor, Span<float> spread)
    {
        var tangent = window.Tangent(point, row);
        var right = factor?.Solve(tangent.Transpose()).Transpose() ?? tangent;
        for (var i = 0; i < spread.Length; i++)
        {
            spread[i] = (float)Math.Sqrt(Math.Max(0, tangent.Row(i).DotProduct(right.Row(i))));
        }
    }
}
