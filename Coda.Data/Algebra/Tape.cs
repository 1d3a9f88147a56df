namespace Coda.Data.Algebra;

/// <summary>
/// The algebra that computes in another one and records what it did, so that one sweep back gives the adjoint of whatever was written in it, in that algebra's
/// own operations: numbers over buffers, nodes over ONNX, derivatives of derivatives over dual numbers.
/// </summary>
/// <remarks>Reverse-mode differentiation (Griewank and Walther, 2008). Not thread-safe: one per thread. Clear it before each recording.</remarks>
/// <typeparam name="T">What stands for an array in the inner algebra.</typeparam>
public sealed class Tape<T> : IAlgebra<Variable<T>>
{
    private readonly IAlgebra<T> _inner;
    private readonly IAdjoints<T> _adjoints;
    private readonly List<(Variable<T> Result, Action<T> Adjoint)> _sweep = [];

    /// <summary>Makes an empty tape.</summary>
    /// <param name="inner">The algebra in which values and gradients are computed.</param>
    public Tape(IAlgebra<T> inner) => (_inner, _adjoints) = (inner, inner as IAdjoints<T> ?? new ComposedAdjoints<T>(inner));

    /// <summary>Forgets the recording. Its arrays stay the inner algebra's.</summary>
    public void Clear() => _sweep.Clear();

    /// <summary>An input of the recording, whose gradient is wanted.</summary>
    /// <param name="value">Its value.</param>
    public Variable<T> Input(T value) => new(value, needsGradient: true);

    /// <summary>A constant of the recording.</summary>
    /// <param name="value">Its value.</param>
    public Variable<T> Fixed(T value) => new(value, needsGradient: false);

    /// <summary>Adds to the gradient of a variable; how a cost written outside the algebra enters the sweep.</summary>
    /// <param name="variable">A variable of this recording.</param>
    /// <param name="gradient">What to add, of the variable's shape.</param>
    public void AddGradient(Variable<T> variable, T gradient) => variable.Accumulate(_inner, gradient);

    /// <summary>Records an operation that is none of the algebra's, with its adjoint.</summary>
    /// <param name="value">What it made of the operand, in the inner algebra.</param>
    /// <param name="a">The operand, of this recording.</param>
    /// <param name="adjoint">Takes the gradient by the value to that by the operand, of the operand's shape.</param>
    public Variable<T> Operation(T value, Variable<T> a, Func<T, T> adjoint)
    {
        ArgumentNullException.ThrowIfNull(a);
        return Record(value, a, adjoint);
    }

    /// <summary>Sweeps back from the gradients set so far to every input.</summary>
    public void Backward()
    {
        for (var i = _sweep.Count - 1; i >= 0; i--)
        {
            var (result, adjoint) = _sweep[i];
            if (result.HasGradient)
            {
                adjoint(result.Gradient!);
            }
        }
    }

    /// <inheritdoc/>
    public int[] ShapeOf(Variable<T> a) => _inner.ShapeOf(a.Value);

    /// <inheritdoc/>
    public Variable<T> Constant(double value) => Fixed(_inner.Constant(value));

    /// <inheritdoc/>
    public Variable<T> Constant(ReadOnlySpan<double> values) => Fixed(_inner.Constant(values));

    /// <inheritdoc/>
    public Variable<T> Constant(ConstantVector values) => Fixed(_inner.Constant(values));

    /// <inheritdoc/>
    public Variable<T> Add(Variable<T> a, Variable<T> b) => Record(_inner.Add(a.Value, b.Value), a, b, g => g, g => g);

    /// <inheritdoc/>
    public Variable<T> Subtract(Variable<T> a, Variable<T> b) => Record(_inner.Subtract(a.Value, b.Value), a, b, g => g, g => _inner.Scale(g, -1));

    /// <inheritdoc/>
    public Variable<T> Multiply(Variable<T> a, Variable<T> b) =>
        Record(_inner.Multiply(a.Value, b.Value), a, b, g => _inner.Multiply(g, b.Value), g => _inner.Multiply(g, a.Value));

    /// <inheritdoc/>
    public Variable<T> Divide(Variable<T> a, Variable<T> b)
    {
        var quotient = _inner.Divide(a.Value, b.Value);
        return Record(quotient, a, b, g => _inner.Divide(g, b.Value), g => _inner.Scale(_inner.Divide(_inner.Multiply(g, quotient), b.Value), -1));
    }

    /// <inheritdoc/>
    public Variable<T> Scale(Variable<T> a, double factor) => Record(Elementwise.Scale(_inner, a.Value, factor), a);

    /// <inheritdoc/>
    public Variable<T> Offset(Variable<T> a, double offset) => Record(Elementwise.Offset(_inner, a.Value, offset), a);

    /// <inheritdoc/>
    public Variable<T> Abs(Variable<T> a) => Record(Elementwise.Abs(_inner, a.Value), a);

    /// <inheritdoc/>
    public Variable<T> Power(Variable<T> a, double exponent) => Record(Elementwise.Power(_inner, a.Value, exponent), a);

    /// <inheritdoc/>
    public Variable<T> Exp(Variable<T> a) => Record(Elementwise.Exp(_inner, a.Value), a);

    /// <inheritdoc/>
    public Variable<T> Log(Variable<T> a) => Record(Elementwise.Log(_inner, a.Value), a);

    /// <inheritdoc/>
    public Variable<T> Sin(Variable<T> a) => Record(Elementwise.Sin(_inner, a.Value), a);

    /// <inheritdoc/>
    public Variable<T> Cos(Variable<T> a) => Record(Elementwise.Cos(_inner, a.Value), a);

    /// <inheritdoc/>
    public Variable<T> Tanh(Variable<T> a) => Record(Elementwise.Tanh(_inner, a.Value), a);

    /// <inheritdoc/>
    public Variable<T> Erf(Variable<T> a) => Record(Elementwise.Erf(_inner, a.Value), a);

    /// <inheritdoc/>
    public Variable<T> Relu(Variable<T> a) => Record(Elementwise.Relu(_inner, a.Value), a);

    /// <inheritdoc/>
    public Variable<T> Step(Variable<T> a) => Fixed(_inner.Step(a.Value));

    /// <inheritdoc/>
    public Variable<T> Roll(Variable<T> a, int axis, int shift) => Record(_inner.Roll(a.Value, axis, shift), a, g => _inner.Roll(g, axis, -shift));

    /// <inheritdoc/>
    public Variable<T> Slice(Variable<T> a, int axis, int start, int length) =>
        Record(_inner.Slice(a.Value, axis, start, length), a, g => _adjoints.Embed(g, axis, start, a.Value));

    /// <inheritdoc/>
    public Variable<T> Concat(int axis, params ReadOnlySpan<Variable<T>> parts)
    {
        var inputs = parts.ToArray();
        var result = new Variable<T>(_inner.Concat(axis, [.. inputs.Select(p => p.Value)]), inputs.Any(p => p.NeedsGradient));
        Sweep(result, g =>
        {
            var start = 0;
            foreach (var part in inputs)
            {
                var length = ShapeOf(part)[^-axis];
                part.Accumulate(_inner, _inner.Slice(g, axis, start, length));
                start += length;
            }
        });
        return result;
    }

    /// <inheritdoc/>
    public Variable<T> Gather(Variable<T> a, ReadOnlySpan<int> indices)
    {
        var copy = indices.ToArray();
        return Record(_inner.Gather(a.Value, copy), a, g => _adjoints.Scatter(g, copy, ShapeOf(a)[^1]));
    }

    /// <inheritdoc/>
    public Variable<T> InsertAxis(Variable<T> a, int axis) => Record(_inner.InsertAxis(a.Value, axis), a, g => _inner.RemoveAxis(g, axis));

    /// <inheritdoc/>
    public Variable<T> RemoveAxis(Variable<T> a, int axis) => Record(_inner.RemoveAxis(a.Value, axis), a, g => _inner.InsertAxis(g, axis));

    /// <inheritdoc/>
    public Variable<T> SplitLast(Variable<T> a, int size) => Record(_inner.SplitLast(a.Value, size), a, _inner.MergeLast);

    /// <inheritdoc/>
    public Variable<T> MergeLast(Variable<T> a) => Record(_inner.MergeLast(a.Value), a, g => _inner.SplitLast(g, ShapeOf(a)[^1]));

    /// <inheritdoc/>
    public Variable<T> Sum(Variable<T> a, int axis) =>
        Record(_inner.Sum(a.Value, axis), a, g => _adjoints.Expand(g, axis, a.Value));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The axis's length is known only when the inner algebra's work runs.</exception>
    public Variable<T> Mean(Variable<T> a, int axis) => ShapeOf(a)[^-axis] is > 0 and var size
        ? Scale(Sum(a, axis), 1.0 / size)
        : throw new ArgumentException($"Expected an axis of known length to average over, got axis {axis} of [{string.Join(", ", ShapeOf(a))}].");

    /// <inheritdoc/>
    public Variable<T> Transpose(Variable<T> a, int axis, int other) =>
        Record(_inner.Transpose(a.Value, axis, other), a, g => _inner.Transpose(g, axis, other));

    /// <inheritdoc/>
    public Variable<T> Shift(ConstantStencil stencil, Variable<T> a) =>
        Record(_inner.Shift(stencil, a.Value), a, g => _inner.Shift(stencil.Transposed, g));

    /// <inheritdoc/>
    public Variable<T> ShiftProduct(ConstantProductStencil stencil, Variable<T> a, Variable<T> b) => Record(
        _inner.ShiftProduct(stencil, a.Value, b.Value), a, b,
        g => _inner.ShiftProduct(stencil.ByLeft, g, b.Value), g => _inner.ShiftProduct(stencil.ByRight, g, a.Value));

    /// <inheritdoc/>
    public Variable<T> MatrixProduct(ConstantMatrix matrix, Variable<T> a, int axis) =>
        Record(_inner.MatrixProduct(matrix, a.Value, axis), a, g => _inner.MatrixProduct(matrix.Transposed, g, axis));

    /// <inheritdoc/>
    public Variable<T> Linear(Variable<T> weight, Variable<T> a) => Bilinear(
        _inner.Linear(weight.Value, a.Value), a, weight,
        g => _inner.Linear(_inner.Transpose(weight.Value, -1, -2), g), g => _adjoints.Outer(g, a.Value, ShapeOf(weight)));

    /// <inheritdoc/>
    public Variable<T> Convolve(Variable<T> a, Variable<T> kernel)
    {
        var adjoint = new ConvolutionAdjoint<T>(_inner, _adjoints);
        return Bilinear(
            _inner.Convolve(a.Value, kernel.Value), a, kernel, g => adjoint.ByInput(g, kernel.Value), g => adjoint.ByKernel(g, a.Value, ShapeOf(kernel)));
    }

    private Variable<T> Record((T Value, Func<T, T> Derivative) f, Variable<T> a) => Record(f.Value, a, f.Derivative);

    private Variable<T> Record(T value, Variable<T> a, Func<T, T> adjoint)
    {
        var result = new Variable<T>(value, a.NeedsGradient);
        Sweep(result, g => a.Accumulate(_inner, adjoint(g)));
        return result;
    }

    // Of two arrays that are broadcast to each other's shape.
    private Variable<T> Record(T value, Variable<T> a, Variable<T> b, Func<T, T> adjointA, Func<T, T> adjointB)
    {
        var result = new Variable<T>(value, a.NeedsGradient || b.NeedsGradient);
        Sweep(result, g =>
        {
            if (a.NeedsGradient)
            {
                a.Accumulate(_inner, _adjoints.SumTo(adjointA(g), ShapeOf(a)));
            }

            if (b.NeedsGradient)
            {
                b.Accumulate(_inner, _adjoints.SumTo(adjointB(g), ShapeOf(b)));
            }
        });
        return result;
    }

    // Of two arrays whose shapes differ by more than broadcasting.
    private Variable<T> Bilinear(T value, Variable<T> a, Variable<T> b, Func<T, T> adjointA, Func<T, T> adjointB)
    {
        var result = new Variable<T>(value, a.NeedsGradient || b.NeedsGradient);
        Sweep(result, g =>
        {
            if (a.NeedsGradient)
            {
                a.Accumulate(_inner, adjointA(g));
            }

            if (b.NeedsGradient)
            {
                b.Accumulate(_inner, adjointB(g));
            }
        });
        return result;
    }

    private void Sweep(Variable<T> result, Action<T> adjoint)
    {
        if (result.NeedsGradient)
        {
            _sweep.Add((result, adjoint));
        }
    }
}
