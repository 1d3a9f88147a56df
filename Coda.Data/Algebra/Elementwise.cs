namespace Coda.Data.Algebra;

/// <summary>Functions of single entries with their derivatives, over any algebra.</summary>
/// <remarks>
/// y = f(x) entry by entry has the derivative t ↦ f'(x) t, a diagonal matrix, so that one text serves the tangent (<see cref="DualAlgebra{T}"/>) and the
/// adjoint (<see cref="Tape{T}"/>). Derivatives are computed where they are asked for. Stateless.
/// </remarks>
internal static class Elementwise
{
    /// <summary>s x.</summary>
    public static (T Value, Func<T, T> Derivative) Scale<T>(IAlgebra<T> ops, T x, double factor) => (ops.Scale(x, factor), t => ops.Scale(t, factor));

    /// <summary>x + c.</summary>
    public static (T Value, Func<T, T> Derivative) Offset<T>(IAlgebra<T> ops, T x, double offset) => (ops.Offset(x, offset), t => t);

    /// <summary>|x|, with the derivative -1 at 0.</summary>
    public static (T Value, Func<T, T> Derivative) Abs<T>(IAlgebra<T> ops, T x) =>
        (ops.Abs(x), t => ops.Multiply(t, ops.Offset(ops.Scale(ops.Step(x), 2), -1)));

    /// <summary>x^p.</summary>
    public static (T Value, Func<T, T> Derivative) Power<T>(IAlgebra<T> ops, T x, double exponent) =>
        (ops.Power(x, exponent), t => ops.Multiply(t, ops.Scale(ops.Power(x, exponent - 1), exponent)));

    /// <summary>eˣ.</summary>
    public static (T Value, Func<T, T> Derivative) Exp<T>(IAlgebra<T> ops, T x)
    {
        var value = ops.Exp(x);
        return (value, t => ops.Multiply(t, value));
    }

    /// <summary>ln x.</summary>
    public static (T Value, Func<T, T> Derivative) Log<T>(IAlgebra<T> ops, T x) => (ops.Log(x), t => ops.Divide(t, x));

    /// <summary>sin x.</summary>
    public static (T Value, Func<T, T> Derivative) Sin<T>(IAlgebra<T> ops, T x) => (ops.Sin(x), t => ops.Multiply(t, ops.Cos(x)));

    /// <summary>cos x.</summary>
    public static (T Value, Func<T, T> Derivative) Cos<T>(IAlgebra<T> ops, T x) => (ops.Cos(x), t => ops.Multiply(t, ops.Scale(ops.Sin(x), -1)));

    /// <summary>tanh x.</summary>
    public static (T Value, Func<T, T> Derivative) Tanh<T>(IAlgebra<T> ops, T x)
    {
        var value = ops.Tanh(x);
        return (value, t => ops.Multiply(t, ops.Offset(ops.Scale(ops.Multiply(value, value), -1), 1)));
    }

    /// <summary>The error function.</summary>
    public static (T Value, Func<T, T> Derivative) Erf<T>(IAlgebra<T> ops, T x) =>
        (ops.Erf(x), t => ops.Multiply(t, ops.Scale(ops.Exp(ops.Scale(ops.Multiply(x, x), -1)), 2 / Math.Sqrt(Math.PI))));

    /// <summary>max(x, 0), with the derivative of <see cref="IAlgebra{T}.Step"/>.</summary>
    public static (T Value, Func<T, T> Derivative) Relu<T>(IAlgebra<T> ops, T x) => (ops.Relu(x), t => ops.Multiply(t, ops.Step(x)));
}
