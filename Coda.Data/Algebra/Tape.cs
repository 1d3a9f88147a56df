using System.Numerics;
using System.Numerics.Tensors;

namespace Coda.Data.Algebra;

/// <summary>
/// The algebra that computes on buffers and records what it did, so that one sweep back gives the adjoint of whatever was written in it.
/// </summary>
/// <remarks>Reverse-mode differentiation (Griewank and Walther, 2008). Not thread-safe: one per thread. Clear it before each recording.</remarks>
/// <typeparam name="F"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Tape<F> : IAlgebra<Variable<F>>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private readonly List<Action> _sweep = [];

    /// <summary>The buffers that the tape computes on.</summary>
    public BufferAlgebra<F> Buffers { get; } = new();

    /// <summary>Forgets the recording and takes back all its buffers.</summary>
    public void Clear()
    {
        _sweep.Clear();
        Buffers.Recycle();
    }

    /// <summary>An input of the recording, whose gradient is wanted.</summary>
    /// <param name="values">Its entries, copied.</param>
    /// <param name="shape">The length of every axis.</param>
    public Variable<F> Input(ReadOnlySpan<F> values, params int[] shape) => new(Buffers.From(values, shape), needsGradient: true);

    /// <summary>A constant of the recording.</summary>
    /// <param name="value">Its value.</param>
    public Variable<F> Fixed(NdArray<F> value) => new(value, needsGradient: false);

    /// <summary>Adds to the gradient of a variable; how a loss written outside the algebra enters the sweep.</summary>
    /// <param name="variable">A variable of this recording.</param>
    /// <param name="gradient">What to add, of the variable's shape.</param>
    public void AddGradient(Variable<F> variable, ReadOnlySpan<F> gradient) => Accumulate(variable, Buffers.From(gradient, variable.Value.Shape));

    /// <summary>Sweeps back from the gradients set so far to every input.</summary>
    public void Backward()
    {
        for (var i = _sweep.Count - 1; i >= 0; i--)
        {
            _sweep[i]();
        }
    }

    /// <inheritdoc/>
    public Variable<F> Constant(double value) => Fixed(Buffers.Constant(value));

    /// <inheritdoc/>
    public Variable<F> Constant(ReadOnlySpan<double> values) => Fixed(Buffers.Constant(values));

    /// <inheritdoc/>
    public Variable<F> Add(Variable<F> a, Variable<F> b) => Record(Buffers.Add(a.Value, b.Value), a, b, g => g, g => g);

    /// <inheritdoc/>
    public Variable<F> Subtract(Variable<F> a, Variable<F> b) => Record(Buffers.Subtract(a.Value, b.Value), a, b, g => g, g => Buffers.Scale(g, -1));

    /// <inheritdoc/>
    public Variable<F> Multiply(Variable<F> a, Variable<F> b) =>
        Record(Buffers.Multiply(a.Value, b.Value), a, b, g => Buffers.Multiply(g, b.Value), g => Buffers.Multiply(g, a.Value));

    /// <inheritdoc/>
    public Variable<F> Divide(Variable<F> a, Variable<F> b)
    {
        var quotient = Buffers.Divide(a.Value, b.Value);
        return Record(quotient, a, b, g => Buffers.Divide(g, b.Value), g => Buffers.Scale(Buffers.Divide(Buffers.Multiply(g, quotient), b.Value), -1));
    }

    /// <inheritdoc/>
    public Variable<F> Scale(Variable<F> a, double factor) => Record(Buffers.Scale(a.Value, factor), a, g => Buffers.Scale(g, factor));

    /// <inheritdoc/>
    public Variable<F> Offset(Variable<F> a, double offset) => Record(Buffers.Offset(a.Value, offset), a, g => g);

    /// <inheritdoc/>
    public Variable<F> Abs(Variable<F> a) => Record(Buffers.Abs(a.Value), a, g => Buffers.Multiply(g, Buffers.Offset(Buffers.Scale(Buffers.Step(a.Value), 2), -1)));

    /// <inheritdoc/>
    public Variable<F> Power(Variable<F> a, double exponent) =>
        Record(Buffers.Power(a.Value, exponent), a, g => Buffers.Multiply(g, Buffers.Scale(Buffers.Power(a.Value, exponent - 1), exponent)));

    /// <inheritdoc/>
    public Variable<F> Exp(Variable<F> a)
    {
        var value = Buffers.Exp(a.Value);
        return Record(value, a, g => Buffers.Multiply(g, value));
    }

    /// <inheritdoc/>
    public Variable<F> Log(Variable<F> a) => Record(Buffers.Log(a.Value), a, g => Buffers.Divide(g, a.Value));

    /// <inheritdoc/>
    public Variable<F> Sin(Variable<F> a) => Record(Buffers.Sin(a.Value), a, g => Buffers.Multiply(g, Buffers.Cos(a.Value)));

    /// <inheritdoc/>
    public Variable<F> Cos(Variable<F> a) => Record(Buffers.Cos(a.Value), a, g => Buffers.Multiply(g, Buffers.Scale(Buffers.Sin(a.Value), -1)));

    /// <inheritdoc/>
    public Variable<F> Tanh(Variable<F> a)
    {
        var value = Buffers.Tanh(a.Value);
        return Record(value, a, g => Buffers.Multiply(g, Buffers.Offset(Buffers.Scale(Buffers.Multiply(value, value), -1), 1)));
    }

    /// <inheritdoc/>
    public Variable<F> Erf(Variable<F> a) => Record(
        Buffers.Erf(a.Value), a, g => Buffers.Multiply(g, Buffers.Scale(Buffers.Exp(Buffers.Scale(Buffers.Multiply(a.Value, a.Value), -1)), 2 / Math.Sqrt(Math.PI))));

    /// <inheritdoc/>
    public Variable<F> Relu(Variable<F> a) => Record(Buffers.Relu(a.Value), a, g => Buffers.Multiply(g, Buffers.Step(a.Value)));

    /// <inheritdoc/>
    public Variable<F> Step(Variable<F> a) => Fixed(Buffers.Step(a.Value));

    /// <inheritdoc/>
    public Variable<F> Roll(Variable<F> a, int shift) => Record(Buffers.Roll(a.Value, shift), a, g => Buffers.Roll(g, -shift));

    /// <inheritdoc/>
    public Variable<F> Slice(Variable<F> a, int axis, int start, int length) => Record(Buffers.Slice(a.Value, axis, start, length), a, g =>
    {
        int[] before = [.. a.Value.Shape], after = [.. a.Value.Shape];
        (before[^-axis], after[^-axis]) = (start, a.Value.Shape[^-axis] - start - length);
        return Buffers.Concat(axis, Zeros(before), g, Zeros(after));
    });

    /// <inheritdoc/>
    public Variable<F> Concat(int axis, params ReadOnlySpan<Variable<F>> parts)
    {
        var inputs = parts.ToArray();
        var result = new Variable<F>(Buffers.Concat(axis, [.. inputs.Select(p => p.Value)]), inputs.Any(p => p.NeedsGradient));
        Sweep(result, g =>
        {
            var start = 0;
            foreach (var part in inputs)
            {
                var length = part.Value.Shape[^-axis];
                Accumulate(part, Buffers.Slice(g, axis, start, length));
                start += length;
            }
        });
        return result;
    }

    /// <inheritdoc/>
    public Variable<F> Gather(Variable<F> a, ReadOnlySpan<int> indices)
    {
        var copy = indices.ToArray();
        return Record(Buffers.Gather(a.Value, copy), a, g => Buffers.Scatter(g, copy, a.Value.LastAxis));
    }

    /// <inheritdoc/>
    public Variable<F> InsertAxis(Variable<F> a, int axis) => Record(Buffers.InsertAxis(a.Value, axis), a, g => Buffers.RemoveAxis(g, axis));

    /// <inheritdoc/>
    public Variable<F> RemoveAxis(Variable<F> a, int axis) => Record(Buffers.RemoveAxis(a.Value, axis), a, g => Buffers.InsertAxis(g, axis));

    /// <inheritdoc/>
    public Variable<F> SplitLast(Variable<F> a, int size) => Record(Buffers.SplitLast(a.Value, size), a, Buffers.MergeLast);

    /// <inheritdoc/>
    public Variable<F> MergeLast(Variable<F> a) => Record(Buffers.MergeLast(a.Value), a, g => Buffers.SplitLast(g, a.Value.LastAxis));

    /// <inheritdoc/>
    public Variable<F> Sum(Variable<F> a, int axis) =>
        Record(Buffers.Sum(a.Value, axis), a, g => Buffers.Expand(Buffers.InsertAxis(g, axis), a.Value.Shape));

    /// <inheritdoc/>
    public Variable<F> Mean(Variable<F> a, int axis) => Scale(Sum(a, axis), 1.0 / a.Value.Shape[^-axis]);

    /// <inheritdoc/>
    public Variable<F> Linear(Variable<F> weight, Variable<F> a)
    {
        var result = new Variable<F>(Buffers.Linear(weight.Value, a.Value), weight.NeedsGradient || a.NeedsGradient);
        Sweep(result, g =>
        {
            if (a.NeedsGradient)
            {
                Accumulate(a, Buffers.Linear(Transposed(weight.Value), g));
            }

            if (weight.NeedsGradient)
            {
                Accumulate(weight, Outer(g, a.Value, weight.Value.Shape));
            }
        });
        return result;
    }

    private Variable<F> Record(NdArray<F> value, Variable<F> a, Func<NdArray<F>, NdArray<F>> adjoint)
    {
        var result = new Variable<F>(value, a.NeedsGradient);
        Sweep(result, g => Accumulate(a, adjoint(g)));
        return result;
    }

    private Variable<F> Record(NdArray<F> value, Variable<F> a, Variable<F> b, Func<NdArray<F>, NdArray<F>> adjointA, Func<NdArray<F>, NdArray<F>> adjointB)
    {
        var result = new Variable<F>(value, a.NeedsGradient || b.NeedsGradient);
        Sweep(result, g =>
        {
            if (a.NeedsGradient)
            {
                Accumulate(a, Buffers.SumTo(adjointA(g), a.Value.Shape));
            }

            if (b.NeedsGradient)
            {
                Accumulate(b, Buffers.SumTo(adjointB(g), b.Value.Shape));
            }
        });
        return result;
    }

    private void Sweep(Variable<F> result, Action<NdArray<F>> adjoint)
    {
        if (result.NeedsGradient)
        {
            _sweep.Add(() =>
            {
                if (result.Gradient is { } gradient)
                {
                    adjoint(gradient);
                }
            });
        }
    }

    // A gradient may be shared by several variables, so it is replaced, never added to in place.
    private void Accumulate(Variable<F> variable, NdArray<F> gradient)
    {
        if (variable.NeedsGradient)
        {
            variable.Gradient = variable.Gradient is { } sum ? Buffers.Add(sum, gradient) : gradient;
        }
    }

    private NdArray<F> Zeros(int[] shape)
    {
        var zeros = Buffers.Allocate(shape);
        zeros.Span.Clear();
        return zeros;
    }

    private NdArray<F> Transposed(NdArray<F> weight)
    {
        var (rows, columns) = (weight.Shape[0], weight.Shape[1]);
        var result = Buffers.Allocate(columns, rows);
        for (var i = 0; i < rows * columns; i++)
        {
            result.Span[(i % columns) * rows + (i / columns)] = weight.Span[i];
        }

        return result;
    }

    private NdArray<F> Outer(NdArray<F> gradient, NdArray<F> a, int[] shape)
    {
        var (output, input, space, result) = (shape[0], shape[1], a.LastAxis, Zeros(shape));
        for (var block = 0; block < a.Length / (input * space); block++)
        {
            for (var i = 0; i < output * input; i++)
            {
                result.Span[i] += TensorPrimitives.Dot<F>(
                    gradient.Span.Slice((block * output + i / input) * space, space), a.Span.Slice((block * input + i % input) * space, space));
            }
        }

        return result;
    }
}
