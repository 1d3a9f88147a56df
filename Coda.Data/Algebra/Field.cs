using System.Runtime.CompilerServices;

namespace Coda.Data.Algebra;

/// <summary>An array in some algebra, with operators, so that equations read as equations: <c>(x.Roll(-1) - x.Roll(2)) * x.Roll(1) - x + p["F"]</c>.</summary>
/// <remarks>
/// Each operator and method is the operation of that name of <see cref="IAlgebra{T}"/>, in the order written; axes are counted from the end. Two fields that
/// meet are of one algebra. As thread-safe as the algebra.
/// </remarks>
/// <param name="Algebra">The algebra that computes.</param>
/// <param name="Value">The array in it. [..., space]</param>
/// <typeparam name="T">What stands for an array.</typeparam>
public readonly record struct Field<T>(IAlgebra<T> Algebra, T Value)
{
    /// <summary>a + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator +(Field<T> a, Field<T> b) => new(a.Algebra, a.Algebra.Add(a.Value, b.Value));

    /// <summary>a - b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator -(Field<T> a, Field<T> b) => new(a.Algebra, a.Algebra.Subtract(a.Value, b.Value));

    /// <summary>a · b, entry by entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator *(Field<T> a, Field<T> b) => new(a.Algebra, a.Algebra.Multiply(a.Value, b.Value));

    /// <summary>a / b, entry by entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator /(Field<T> a, Field<T> b) => new(a.Algebra, a.Algebra.Divide(a.Value, b.Value));

    /// <summary>a + b, with a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator +(Field<T> a, double b) => new(a.Algebra, a.Algebra.Offset(a.Value, b));

    /// <summary>a + b, with a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator +(double a, Field<T> b) => b + a;

    /// <summary>a - b, with a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator -(Field<T> a, double b) => a + -b;

    /// <summary>a - b, with a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator -(double a, Field<T> b) => -b + a;

    /// <summary>a · b, with a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator *(Field<T> a, double b) => new(a.Algebra, a.Algebra.Scale(a.Value, b));

    /// <summary>a · b, with a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator *(double a, Field<T> b) => b * a;

    /// <summary>a / b, with a number: a · (1/b), which may differ from a division in the last bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator /(Field<T> a, double b) => a * (1 / b);

    /// <summary>-a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Field<T> operator -(Field<T> a) => a * -1;

    /// <summary>|x|.</summary>
    public Field<T> Abs() => new(Algebra, Algebra.Abs(Value));

    /// <summary>x to a constant power; x at least 0 unless the exponent is a whole number.</summary>
    public Field<T> Power(double exponent) => new(Algebra, Algebra.Power(Value, exponent));

    /// <summary>e to the power x.</summary>
    public Field<T> Exp() => new(Algebra, Algebra.Exp(Value));

    /// <summary>The natural logarithm.</summary>
    public Field<T> Log() => new(Algebra, Algebra.Log(Value));

    /// <summary>sin x.</summary>
    public Field<T> Sin() => new(Algebra, Algebra.Sin(Value));

    /// <summary>cos x.</summary>
    public Field<T> Cos() => new(Algebra, Algebra.Cos(Value));

    /// <summary>tanh x.</summary>
    public Field<T> Tanh() => new(Algebra, Algebra.Tanh(Value));

    /// <summary>The error function of x.</summary>
    public Field<T> Erf() => new(Algebra, Algebra.Erf(Value));

    /// <summary>max(x, 0).</summary>
    public Field<T> Relu() => new(Algebra, Algebra.Relu(Value));

    /// <summary>1 where x is greater than 0, else 0; its derivative counts as 0.</summary>
    public Field<T> Step() => new(Algebra, Algebra.Step(Value));

    /// <summary>Periodic shift along the last axis: entry k of the result is entry k - <paramref name="shift"/> of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Field<T> Roll(int shift) => new(Algebra, Algebra.Roll(Value, -1, shift));

    /// <summary>Periodic shift along an axis: entry k of the result is entry k - <paramref name="shift"/> of x.</summary>
    public Field<T> Roll(int axis, int shift) => new(Algebra, Algebra.Roll(Value, axis, shift));

    /// <summary>Entries [start, start + length) of the last axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Field<T> Slice(int start, int length) => new(Algebra, Algebra.Slice(Value, -1, start, length));

    /// <summary>Entries [start, start + length) of an axis.</summary>
    public Field<T> Slice(int axis, int start, int length) => new(Algebra, Algebra.Slice(Value, axis, start, length));

    /// <summary>Fields joined along an axis.</summary>
    public static Field<T> Concat(int axis, params ReadOnlySpan<Field<T>> parts)
    {
        var values = new T[parts.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = parts[i].Value;
        }

        return new(parts[0].Algebra, parts[0].Algebra.Concat(axis, values));
    }

    /// <summary>Entries of the last axis by index, in the order given; an index may repeat.</summary>
    public Field<T> Gather(ReadOnlySpan<int> indices) => new(Algebra, Algebra.Gather(Value, indices));

    /// <summary>A new axis of length 1, which is <paramref name="axis"/> in the result.</summary>
    public Field<T> InsertAxis(int axis) => new(Algebra, Algebra.InsertAxis(Value, axis));

    /// <summary>Removes an axis of length 1.</summary>
    public Field<T> RemoveAxis(int axis) => new(Algebra, Algebra.RemoveAxis(Value, axis));

    /// <summary>[..., n · size] to [..., n, size].</summary>
    public Field<T> SplitLast(int size) => new(Algebra, Algebra.SplitLast(Value, size));

    /// <summary>[..., n, size] to [..., n · size].</summary>
    public Field<T> MergeLast() => new(Algebra, Algebra.MergeLast(Value));

    /// <summary>Exchanges two axes.</summary>
    public Field<T> Transpose(int axis, int other) => new(Algebra, Algebra.Transpose(Value, axis, other));

    /// <summary>The sum over an axis, which disappears.</summary>
    public Field<T> Sum(int axis) => new(Algebra, Algebra.Sum(Value, axis));

    /// <summary>The mean over an axis, which disappears.</summary>
    public Field<T> Mean(int axis) => new(Algebra, Algebra.Mean(Value, axis));

    /// <summary>Σ c_j x_{k + o_j} along the last axis, which is periodic.</summary>
    public Field<T> Shift(ConstantStencil stencil) => new(Algebra, Algebra.Shift(stencil, Value));

    /// <summary>Σ c_j x_{k + o_j} b_{k + p_j} along the last axis, which is periodic.</summary>
    public Field<T> ShiftProduct(ConstantProductStencil stencil, Field<T> b) => new(Algebra, Algebra.ShiftProduct(stencil, Value, b.Value));

    /// <summary>What a function makes of this field, whose other work is forgotten at once (<see cref="IAlgebra{T}.Release"/>).</summary>
    /// <param name="function">The function; it uses what was there before, and nothing that it makes is used but its result.</param>
    public Field<T> Scoped(Func<Field<T>, Field<T>> function)
    {
        var mark = Algebra.Mark();
        var result = function(this);
        Algebra.Release(mark, result.Value);
        return result;
    }

    /// <summary>matrix · x along an axis.</summary>
    public Field<T> MatrixProduct(ConstantMatrix matrix, int axis) => new(Algebra, Algebra.MatrixProduct(matrix, Value, axis));

    /// <summary>Mixes channels at every site: weight [output, input] · x [..., input, space] to [..., output, space].</summary>
    public Field<T> Linear(T weight) => new(Algebra, Algebra.Linear(weight, Value));

    /// <summary>Convolution along the last axes, which keeps their lengths; see <see cref="AlgebraExtensions.Convolve"/>.</summary>
    public Field<T> Convolve(T kernel, params ReadOnlySpan<Padding> padding) => new(Algebra, Algebra.Convolve(Value, kernel, padding));
}
