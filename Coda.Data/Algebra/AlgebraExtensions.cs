namespace Coda.Data.Algebra;

/// <summary>Operations composed of those of <see cref="IAlgebra{T}"/>.</summary>
public static class AlgebraExtensions
{
    /// <summary>-a.</summary>
    public static T Negate<T>(this IAlgebra<T> ops, T a) => ops.Scale(a, -1);

    /// <summary>a + factor · b, the update of an explicit integrator.</summary>
    public static T AddScaled<T>(this IAlgebra<T> ops, T a, double factor, T b) => ops.Add(a, ops.Scale(b, factor));

    /// <summary>The Gaussian error linear unit a Φ(a) (Hendrycks and Gimpel, 2016), written with the error function.</summary>
    public static T Gelu<T>(this IAlgebra<T> ops, T a) =>
        ops.Multiply(ops.Scale(a, 0.5), ops.Offset(ops.Erf(ops.Scale(a, 1 / Math.Sqrt(2))), 1));
}
