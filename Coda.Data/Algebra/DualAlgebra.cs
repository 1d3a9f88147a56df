namespace Coda.Data.Algebra;

/// <summary>
/// Dual numbers over any other algebra: whatever is written in it comes with its tangent-linear model.
/// </summary>
/// <remarks>
/// Forward-mode differentiation (Griewank and Walther, 2008). To push many perturbations through one state, give the state a member axis of length 1, [batch,
/// 1, space], and the perturbations [batch, member, space]. To perturb a scalar parameter, perturb the state too (by 0), so that every tangent has its primal's
/// shape. Shares the inner algebra's thread safety.
/// </remarks>
/// <param name="inner">The algebra in which values and tangents are computed.</param>
/// <typeparam name="T">What stands for an array in the inner algebra.</typeparam>
public sealed class DualAlgebra<T>(IAlgebra<T> inner) : IAlgebra<Dual<T>>
{
    /// <summary>A variable with its perturbation.</summary>
    /// <param name="primal">The value.</param>
    /// <param name="tangent">The perturbation.</param>
    public Dual<T> Variable(T primal, T tangent) => new(primal, tangent, IsConstant: false);

    /// <summary>A value that is not perturbed.</summary>
    /// <param name="primal">The value.</param>
    public Dual<T> Fixed(T primal) => new(primal, default!, IsConstant: true);

    /// <inheritdoc/>
    public int[] ShapeOf(Dual<T> a) => inner.ShapeOf(a.Primal);

    /// <inheritdoc/>
    public Dual<T> Constant(double value) => Fixed(inner.Constant(value));

    /// <inheritdoc/>
    public Dual<T> Constant(ReadOnlySpan<double> values) => Fixed(inner.Constant(values));

    /// <inheritdoc/>
    public Dual<T> Constant(ConstantVector values) => Fixed(inner.Constant(values));

    /// <inheritdoc/>
    public int Mark() => inner.Mark();

    /// <inheritdoc/>
    public void Release(int mark, params ReadOnlySpan<Dual<T>> results)
    {
        var kept = new List<T>(2 * results.Length);
        foreach (var result in results)
        {
            kept.Add(result.Primal);
            if (!result.IsConstant)
            {
                kept.Add(result.Tangent);
            }
        }

        inner.Release(mark, [.. kept]);
    }

    /// <inheritdoc/>
    public Dual<T> Add(Dual<T> a, Dual<T> b) => Combine(inner.Add(a.Primal, b.Primal), a, b, t => t, t => t);

    /// <inheritdoc/>
    public Dual<T> Subtract(Dual<T> a, Dual<T> b) => Combine(inner.Subtract(a.Primal, b.Primal), a, b, t => t, t => inner.Scale(t, -1));

    /// <inheritdoc/>
    public Dual<T> Multiply(Dual<T> a, Dual<T> b) =>
        Combine(inner.Multiply(a.Primal, b.Primal), a, b, t => inner.Multiply(t, b.Primal), t => inner.Multiply(a.Primal, t));

    /// <inheritdoc/>
    public Dual<T> Divide(Dual<T> a, Dual<T> b)
    {
        var quotient = inner.Divide(a.Primal, b.Primal);
        return Combine(quotient, a, b, t => inner.Divide(t, b.Primal), t => inner.Scale(inner.Divide(inner.Multiply(quotient, t), b.Primal), -1));
    }

    /// <inheritdoc/>
    public Dual<T> Scale(Dual<T> a, double factor) => Map(Elementwise.Scale(inner, a.Primal, factor), a);

    /// <inheritdoc/>
    public Dual<T> Offset(Dual<T> a, double offset) => Map(Elementwise.Offset(inner, a.Primal, offset), a);

    /// <inheritdoc/>
    public Dual<T> Abs(Dual<T> a) => Map(Elementwise.Abs(inner, a.Primal), a);

    /// <inheritdoc/>
    public Dual<T> Power(Dual<T> a, double exponent) => Map(Elementwise.Power(inner, a.Primal, exponent), a);

    /// <inheritdoc/>
    public Dual<T> Exp(Dual<T> a) => Map(Elementwise.Exp(inner, a.Primal), a);

    /// <inheritdoc/>
    public Dual<T> Log(Dual<T> a) => Map(Elementwise.Log(inner, a.Primal), a);

    /// <inheritdoc/>
    public Dual<T> Sin(Dual<T> a) => Map(Elementwise.Sin(inner, a.Primal), a);

    /// <inheritdoc/>
    public Dual<T> Cos(Dual<T> a) => Map(Elementwise.Cos(inner, a.Primal), a);

    /// <inheritdoc/>
    public Dual<T> Tanh(Dual<T> a) => Map(Elementwise.Tanh(inner, a.Primal), a);

    /// <inheritdoc/>
    public Dual<T> Erf(Dual<T> a) => Map(Elementwise.Erf(inner, a.Primal), a);

    /// <inheritdoc/>
    public Dual<T> Relu(Dual<T> a) => Map(Elementwise.Relu(inner, a.Primal), a);

    /// <inheritdoc/>
    public Dual<T> Step(Dual<T> a) => Fixed(inner.Step(a.Primal));

    /// <inheritdoc/>
    public Dual<T> Roll(Dual<T> a, int axis, int shift) => Map(inner.Roll(a.Primal, axis, shift), a, t => inner.Roll(t, axis, shift));

    /// <inheritdoc/>
    public Dual<T> Slice(Dual<T> a, int axis, int start, int length) =>
        Map(inner.Slice(a.Primal, axis, start, length), a, t => inner.Slice(t, axis, start, length));

    /// <inheritdoc/>
    public Dual<T> Concat(int axis, params ReadOnlySpan<Dual<T>> parts)
    {
        var inputs = parts.ToArray();
        var primal = inner.Concat(axis, [.. inputs.Select(p => p.Primal)]);
        if (inputs.All(p => p.IsConstant))
        {
            return Fixed(primal);
        }

        // A constant part joins with a zero tangent, broadcast to the others' members.
        var reference = inputs.First(p => !p.IsConstant).Tangent;
        var zero = inner.Scale(inner.Sum(reference, axis), 0);
        return Variable(
            primal, inner.Concat(axis, [.. inputs.Select(p => p.IsConstant ? inner.Add(inner.Scale(p.Primal, 0), inner.InsertAxis(zero, axis)) : p.Tangent)]));
    }

    /// <inheritdoc/>
    public Dual<T> Gather(Dual<T> a, ReadOnlySpan<int> indices)
    {
        var copy = indices.ToArray();
        return Map(inner.Gather(a.Primal, copy), a, t => inner.Gather(t, copy));
    }

    /// <inheritdoc/>
    public Dual<T> InsertAxis(Dual<T> a, int axis) => Map(inner.InsertAxis(a.Primal, axis), a, t => inner.InsertAxis(t, axis));

    /// <inheritdoc/>
    public Dual<T> RemoveAxis(Dual<T> a, int axis) => Map(inner.RemoveAxis(a.Primal, axis), a, t => inner.RemoveAxis(t, axis));

    /// <inheritdoc/>
    public Dual<T> SplitLast(Dual<T> a, int size) => Map(inner.SplitLast(a.Primal, size), a, t => inner.SplitLast(t, size));

    /// <inheritdoc/>
    public Dual<T> MergeLast(Dual<T> a) => Map(inner.MergeLast(a.Primal), a, inner.MergeLast);

    /// <inheritdoc/>
    public Dual<T> Sum(Dual<T> a, int axis) => Map(inner.Sum(a.Primal, axis), a, t => inner.Sum(t, axis));

    /// <inheritdoc/>
    public Dual<T> Mean(Dual<T> a, int axis) => Map(inner.Mean(a.Primal, axis), a, t => inner.Mean(t, axis));

    /// <inheritdoc/>
    public Dual<T> Transpose(Dual<T> a, int axis, int other) => Map(inner.Transpose(a.Primal, axis, other), a, t => inner.Transpose(t, axis, other));

    /// <inheritdoc/>
    public Dual<T> Shift(ConstantStencil stencil, Dual<T> a) => Map(inner.Shift(stencil, a.Primal), a, t => inner.Shift(stencil, t));

    /// <inheritdoc/>
    public Dual<T> ShiftProduct(ConstantProductStencil stencil, Dual<T> a, Dual<T> b) => Combine(
        inner.ShiftProduct(stencil, a.Primal, b.Primal), a, b,
        t => inner.ShiftProduct(stencil, t, b.Primal), t => inner.ShiftProduct(stencil, a.Primal, t));

    /// <inheritdoc/>
    public Dual<T> MatrixProduct(ConstantMatrix matrix, Dual<T> a, int axis) =>
        Map(inner.MatrixProduct(matrix, a.Primal, axis), a, t => inner.MatrixProduct(matrix, t, axis));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The weight is perturbed.</exception>
    public Dual<T> Linear(Dual<T> weight, Dual<T> a) => Map(inner.Linear(Known(weight), a.Primal), a, t => inner.Linear(weight.Primal, t));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The kernel is perturbed.</exception>
    public Dual<T> Convolve(Dual<T> a, Dual<T> kernel) => Map(inner.Convolve(a.Primal, Known(kernel)), a, t => inner.Convolve(t, kernel.Primal));

    private static T Known(Dual<T> weight) => weight.IsConstant
        ? weight.Primal
        : throw new ArgumentException("Expected weights that are constant along the perturbation; fix them first.");

    private Dual<T> Map((T Value, Func<T, T> Derivative) f, Dual<T> a) => Map(f.Value, a, f.Derivative);

    private Dual<T> Map(T primal, Dual<T> a, Func<T, T> derivative) => a.IsConstant ? Fixed(primal) : Variable(primal, derivative(a.Tangent));

    private Dual<T> Combine(T primal, Dual<T> a, Dual<T> b, Func<T, T> byA, Func<T, T> byB) => (a.IsConstant, b.IsConstant) switch
    {
        (true, true) => Fixed(primal),
        (false, true) => Variable(primal, byA(a.Tangent)),
        (true, false) => Variable(primal, byB(b.Tangent)),
        (false, false) => Variable(primal, inner.Add(byA(a.Tangent), byB(b.Tangent))),
    };
}
