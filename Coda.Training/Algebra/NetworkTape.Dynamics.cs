using Coda.Data.Algebra;

namespace Coda.Training.Algebra;

/// <content>The operations of dynamics, which the tape has.</content>
public sealed partial class NetworkTape<T>
{
    /// <inheritdoc/>
    public int[] ShapeOf(Variable<T> a) => _tape.ShapeOf(a);

    /// <inheritdoc/>
    public Variable<T> Constant(double value) => _tape.Constant(value);

    /// <inheritdoc/>
    public Variable<T> Constant(ReadOnlySpan<double> values) => _tape.Constant(values);

    /// <inheritdoc/>
    public Variable<T> Constant(ConstantVector values) => _tape.Constant(values);

    /// <inheritdoc/>
    public Variable<T> Add(Variable<T> a, Variable<T> b) => _tape.Add(a, b);

    /// <inheritdoc/>
    public Variable<T> Subtract(Variable<T> a, Variable<T> b) => _tape.Subtract(a, b);

    /// <inheritdoc/>
    public Variable<T> Multiply(Variable<T> a, Variable<T> b) => _tape.Multiply(a, b);

    /// <inheritdoc/>
    public Variable<T> Divide(Variable<T> a, Variable<T> b) => _tape.Divide(a, b);

    /// <inheritdoc/>
    public Variable<T> Scale(Variable<T> a, double factor) => _tape.Scale(a, factor);

    /// <inheritdoc/>
    public Variable<T> Offset(Variable<T> a, double offset) => _tape.Offset(a, offset);

    /// <inheritdoc/>
    public Variable<T> Power(Variable<T> a, double exponent) => _tape.Power(a, exponent);

    /// <inheritdoc/>
    public Variable<T> Abs(Variable<T> a) => _tape.Abs(a);

    /// <inheritdoc/>
    public Variable<T> Exp(Variable<T> a) => _tape.Exp(a);

    /// <inheritdoc/>
    public Variable<T> Log(Variable<T> a) => _tape.Log(a);

    /// <inheritdoc/>
    public Variable<T> Sin(Variable<T> a) => _tape.Sin(a);

    /// <inheritdoc/>
    public Variable<T> Cos(Variable<T> a) => _tape.Cos(a);

    /// <inheritdoc/>
    public Variable<T> Tanh(Variable<T> a) => _tape.Tanh(a);

    /// <inheritdoc/>
    public Variable<T> Erf(Variable<T> a) => _tape.Erf(a);

    /// <inheritdoc/>
    public Variable<T> Relu(Variable<T> a) => _tape.Relu(a);

    /// <inheritdoc/>
    public Variable<T> Step(Variable<T> a) => _tape.Step(a);

    /// <inheritdoc/>
    public Variable<T> Roll(Variable<T> a, int axis, int shift) => _tape.Roll(a, axis, shift);

    /// <inheritdoc/>
    public Variable<T> Slice(Variable<T> a, int axis, int start, int length) => _tape.Slice(a, axis, start, length);

    /// <inheritdoc/>
    public Variable<T> Concat(int axis, params ReadOnlySpan<Variable<T>> parts) => _tape.Concat(axis, parts);

    /// <inheritdoc/>
    public Variable<T> Gather(Variable<T> a, ReadOnlySpan<int> indices) => _tape.Gather(a, indices);

    /// <inheritdoc/>
    public Variable<T> InsertAxis(Variable<T> a, int axis) => _tape.InsertAxis(a, axis);

    /// <inheritdoc/>
    public Variable<T> RemoveAxis(Variable<T> a, int axis) => _tape.RemoveAxis(a, axis);

    /// <inheritdoc/>
    public Variable<T> SplitLast(Variable<T> a, int size) => _tape.SplitLast(a, size);

    /// <inheritdoc/>
    public Variable<T> MergeLast(Variable<T> a) => _tape.MergeLast(a);

    /// <inheritdoc/>
    public Variable<T> Transpose(Variable<T> a, int axis, int other) => _tape.Transpose(a, axis, other);

    /// <inheritdoc/>
    public Variable<T> Sum(Variable<T> a, int axis) => _tape.Sum(a, axis);

    /// <inheritdoc/>
    public Variable<T> Mean(Variable<T> a, int axis) => _tape.Mean(a, axis);

    /// <inheritdoc/>
    public Variable<T> Linear(Variable<T> weight, Variable<T> a) => _tape.Linear(weight, a);

    /// <inheritdoc/>
    public Variable<T> MatrixProduct(ConstantMatrix matrix, Variable<T> a, int axis) => _tape.MatrixProduct(matrix, a, axis);

    /// <inheritdoc/>
    public Variable<T> Convolve(Variable<T> a, Variable<T> kernel) => _tape.Convolve(a, kernel);

    /// <inheritdoc/>
    public Variable<T> Shift(ConstantStencil stencil, Variable<T> a) => _tape.Shift(stencil, a);

    /// <inheritdoc/>
    public Variable<T> ShiftProduct(ConstantProductStencil stencil, Variable<T> a, Variable<T> b) => _tape.ShiftProduct(stencil, a, b);
}
