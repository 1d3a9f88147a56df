using System.Numerics;
using System.Runtime.InteropServices;

namespace Coda.Data.Algebra;

/// <summary>
/// The algebra that computes in buffers and records the derivative of what it did as a list of linear operations, to be applied to many changes and gradients
/// without the state's own computations: the inner loop of incremental 4D-Var.
/// </summary>
/// <remarks>
/// The same operations in the same order as those of <see cref="DualAlgebra{T}"/> and of <see cref="Tape{T}"/>, so that bits are theirs. Operands that
/// nonlinear operations need are copied; those that are the same in the recording before are shared with it. Not thread-safe: one per thread.
/// </remarks>
/// <typeparam name="F"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LinearRecorder<F> : IAlgebra<LinearArray<F>>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private readonly BufferAlgebra<F> _inner;
    private readonly IAdjoints<NdArray<F>> _adjoints;
    private readonly Stack<int> _scopes = []; // the inner algebra's marks
    private readonly Stack<int> _marks = [];  // the same of a push or a pull under way
    private readonly Dictionary<NdArray<F>, NdArray<F>> _copies = []; // of what is kept
    private List<LinearOperation<F>> _operations = [];
    private List<NdArray<F>> _kept = [];
    private IReadOnlyList<NdArray<F>> _before = []; // what the recording before kept
    private NdArray<F>?[] _arrays = [];
    private F[] _blank = [];
    private int _slots;
    private long _entries; // of copies

    /// <summary>Makes a recorder.</summary>
    /// <param name="inner">The algebra in which all is computed.</param>
    public LinearRecorder(BufferAlgebra<F> inner) => (_inner, _adjoints) = (inner, inner);

    /// <summary>Begins a recording.</summary>
    /// <param name="value">The state at which the derivative is wanted.</param>
    public LinearArray<F> Begin(NdArray<F> value)
    {
        (_operations, _kept, _slots, _entries) = ([], [], 1, 0);
        _scopes.Clear();
        _copies.Clear();
        return new(value, 0);
    }

    /// <summary>A constant of the recording.</summary>
    /// <param name="value">Its value.</param>
    public LinearArray<F> Fixed(NdArray<F> value) => new(value, -1);

    /// <summary>Ends a recording.</summary>
    /// <param name="result">What the function gave.</param>
    public Linearization<F> End(LinearArray<F> result)
    {
        if (_arrays.Length < _slots)
        {
            _arrays = new NdArray<F>?[_slots];
        }

        _before = _kept;
        return new(_operations, _arrays, result.Slot, _entries);
    }


    /// <inheritdoc/>
    public int[] ShapeOf(LinearArray<F> a) => _inner.ShapeOf(a.Value);

    /// <inheritdoc/>
    public LinearArray<F> Constant(double value) => Fixed(_inner.Constant(value));

    /// <inheritdoc/>
    public LinearArray<F> Constant(ReadOnlySpan<double> values) => Fixed(_inner.Constant(values));

    /// <inheritdoc/>
    public LinearArray<F> Constant(ConstantVector values) => new(_inner.Constant(values), -1, isPermanent: true);

    /// <inheritdoc/>
    public int Mark()
    {
        var first = _slots;
        _scopes.Push(_inner.Mark());
        _operations.Add(new(
            _ => _marks.Push(_inner.Mark()),
            gradients => _inner.Release(_marks.Pop(), [.. gradients.Take(first).OfType<NdArray<F>>()])));
        return _scopes.Count - 1;
    }

    /// <inheritdoc/>
    public void Release(int mark, params ReadOnlySpan<LinearArray<F>> results)
    {
        var kept = results.ToArray();
        _inner.Release(_scopes.Pop(), [.. kept.Select(result => result.Value)]);
        int[] slots = [.. kept.Where(result => !result.IsConstant).Select(result => result.Slot)];
        _operations.Add(new(
            changes => _inner.Release(_marks.Pop(), [.. slots.Select(slot => changes[slot]!)]),
            _ => _marks.Push(_inner.Mark())));
    }

    /// <inheritdoc/>
    public LinearArray<F> Add(LinearArray<F> a, LinearArray<F> b) => Record(_inner.Add(a.Value, b.Value), a, b, (t => t, t => t), (g => g, g => g));

    /// <inheritdoc/>
    public LinearArray<F> Subtract(LinearArray<F> a, LinearArray<F> b) =>
        Record(_inner.Subtract(a.Value, b.Value), a, b, (t => t, t => _inner.Scale(t, -1)), (g => g, g => _inner.Scale(g, -1)));

    /// <inheritdoc/>
    public LinearArray<F> Multiply(LinearArray<F> a, LinearArray<F> b)
    {
        var (x, y) = Operands(a, b);
        return Record(
            _inner.Multiply(a.Value, b.Value), a, b, (t => _inner.Multiply(t, y), t => _inner.Multiply(x, t)),
            (g => _inner.Multiply(g, y), g => _inner.Multiply(g, x)));
    }

    /// <inheritdoc/>
    public LinearArray<F> Divide(LinearArray<F> a, LinearArray<F> b)
    {
        var quotient = new LinearArray<F>(_inner.Divide(a.Value, b.Value), -1);
        if (a.IsConstant && b.IsConstant)
        {
            return quotient;
        }

        var (y, q) = (Keep(b), b.IsConstant ? quotient.Value : Keep(quotient));
        return Record(
            quotient.Value, a, b,
            (t => _inner.Divide(t, y), t => _inner.Scale(_inner.Divide(_inner.Multiply(q, t), y), -1)),
            (g => _inner.Divide(g, y), g => _inner.Scale(_inner.Divide(_inner.Multiply(g, q), y), -1)));
    }

    /// <inheritdoc/>
    public LinearArray<F> Scale(LinearArray<F> a, double factor) => Diagonal(Elementwise.Scale(_inner, a.Value, factor), a);

    /// <inheritdoc/>
    public LinearArray<F> Offset(LinearArray<F> a, double offset) => Diagonal(Elementwise.Offset(_inner, a.Value, offset), a);

    /// <inheritdoc/>
    public LinearArray<F> Abs(LinearArray<F> a) => Diagonal(Elementwise.Abs(_inner, Operand(a)), a);

    /// <inheritdoc/>
    public LinearArray<F> Power(LinearArray<F> a, double exponent) => Diagonal(Elementwise.Power(_inner, Operand(a), exponent), a);

    /// <inheritdoc/>
    public LinearArray<F> Exp(LinearArray<F> a)
    {
        var value = Operand(new(_inner.Exp(a.Value), a.Slot));
        return Diagonal((value, t => _inner.Multiply(t, value)), a);
    }

    /// <inheritdoc/>
    public LinearArray<F> Log(LinearArray<F> a) => Diagonal(Elementwise.Log(_inner, Operand(a)), a);

    /// <inheritdoc/>
    public LinearArray<F> Sin(LinearArray<F> a) => Diagonal(Elementwise.Sin(_inner, Operand(a)), a);

    /// <inheritdoc/>
    public LinearArray<F> Cos(LinearArray<F> a) => Diagonal(Elementwise.Cos(_inner, Operand(a)), a);

    /// <inheritdoc/>
    public LinearArray<F> Tanh(LinearArray<F> a)
    {
        var value = Operand(new(_inner.Tanh(a.Value), a.Slot));
        return Diagonal((value, t => _inner.Multiply(t, _inner.Offset(_inner.Scale(_inner.Multiply(value, value), -1), 1))), a);
    }

    /// <inheritdoc/>
    public LinearArray<F> Erf(LinearArray<F> a) => Diagonal(Elementwise.Erf(_inner, Operand(a)), a);

    /// <inheritdoc/>
    public LinearArray<F> Relu(LinearArray<F> a) => Diagonal(Elementwise.Relu(_inner, Operand(a)), a);

    /// <inheritdoc/>
    public LinearArray<F> Step(LinearArray<F> a) => Fixed(_inner.Step(a.Value));

    /// <inheritdoc/>
    public LinearArray<F> Roll(LinearArray<F> a, int axis, int shift) =>
        Record(_inner.Roll(a.Value, axis, shift), a, t => _inner.Roll(t, axis, shift), g => _inner.Roll(g, axis, -shift));

    /// <inheritdoc/>
    public LinearArray<F> Slice(LinearArray<F> a, int axis, int start, int length)
    {
        var original = Shaped(a.Value);
        return Record(
            _inner.Slice(a.Value, axis, start, length), a, t => _inner.Slice(t, axis, start, length), g => _adjoints.Embed(g, axis, start, original));
    }

    /// <inheritdoc/>
    public LinearArray<F> Concat(int axis, params ReadOnlySpan<LinearArray<F>> parts)
    {
        var inputs = parts.ToArray();
        var value = _inner.Concat(axis, [.. inputs.Select(p => p.Value)]);
        if (Array.TrueForAll(inputs, p => p.IsConstant))
        {
            return Fixed(value);
        }

        var (slot, lead) = (_slots++, Array.Find(inputs, p => !p.IsConstant)!.Slot);
        (int Slot, NdArray<F>? Constant, int Length)[] joined =
            [.. inputs.Select(p => (p.Slot, p.IsConstant ? Keep(p) : null, p.Value.Shape[^-axis]))];
        _operations.Add(new(
            changes =>
            {
                var zero = _inner.Scale(_inner.Sum(changes[lead]!, axis), 0);
                changes[slot] = _inner.Concat(axis, [.. joined.Select(p =>
                    p.Constant is { } constant ? _inner.Add(_inner.Scale(constant, 0), _inner.InsertAxis(zero, axis)) : changes[p.Slot]!)]);
            },
            gradients =>
            {
                var start = 0;
                foreach (var part in joined)
                {
                    if (gradients[slot] is { } gradient && part.Constant is null)
                    {
                        Accumulate(gradients, part.Slot, _inner.Slice(gradient, axis, start, part.Length));
                    }

                    start += part.Length;
                }
            }));
        return new(value, slot);
    }

    /// <inheritdoc/>
    public LinearArray<F> Gather(LinearArray<F> a, ReadOnlySpan<int> indices)
    {
        var (copy, length) = (indices.ToArray(), a.Value.LastAxis);
        return Record(_inner.Gather(a.Value, copy), a, t => _inner.Gather(t, copy), g => _adjoints.Scatter(g, copy, length));
    }

    /// <inheritdoc/>
    public LinearArray<F> InsertAxis(LinearArray<F> a, int axis) =>
        Record(_inner.InsertAxis(a.Value, axis), a, t => _inner.InsertAxis(t, axis), g => _inner.RemoveAxis(g, axis));

    /// <inheritdoc/>
    public LinearArray<F> RemoveAxis(LinearArray<F> a, int axis) =>
        Record(_inner.RemoveAxis(a.Value, axis), a, t => _inner.RemoveAxis(t, axis), g => _inner.InsertAxis(g, axis));

    /// <inheritdoc/>
    public LinearArray<F> SplitLast(LinearArray<F> a, int size) =>
        Record(_inner.SplitLast(a.Value, size), a, t => _inner.SplitLast(t, size), _inner.MergeLast);

    /// <inheritdoc/>
    public LinearArray<F> MergeLast(LinearArray<F> a)
    {
        var last = a.Value.LastAxis;
        return Record(_inner.MergeLast(a.Value), a, _inner.MergeLast, g => _inner.SplitLast(g, last));
    }

    /// <inheritdoc/>
    public LinearArray<F> Sum(LinearArray<F> a, int axis)
    {
        var original = Shaped(a.Value);
        return Record(_inner.Sum(a.Value, axis), a, t => _inner.Sum(t, axis), g => _adjoints.Expand(g, axis, original));
    }

    /// <inheritdoc/>
    public LinearArray<F> Mean(LinearArray<F> a, int axis)
    {
        var original = Shaped(a.Value);
        return Record(
            _inner.Mean(a.Value, axis), a, t => _inner.Mean(t, axis), g => _adjoints.Expand(_inner.Scale(g, 1.0 / original.Shape[^-axis]), axis, original));
    }

    /// <inheritdoc/>
    public LinearArray<F> Transpose(LinearArray<F> a, int axis, int other) =>
        Record(_inner.Transpose(a.Value, axis, other), a, t => _inner.Transpose(t, axis, other), g => _inner.Transpose(g, axis, other));

    /// <inheritdoc/>
    public LinearArray<F> Shift(ConstantStencil stencil, LinearArray<F> a) =>
        Record(_inner.Shift(stencil, a.Value), a, t => _inner.Shift(stencil, t), g => _inner.Shift(stencil.Transposed, g));

    /// <inheritdoc/>
    public LinearArray<F> ShiftProduct(ConstantProductStencil stencil, LinearArray<F> a, LinearArray<F> b)
    {
        var (x, y) = Operands(a, b);
        return Record(
            _inner.ShiftProduct(stencil, a.Value, b.Value), a, b,
            (t => _inner.ShiftProduct(stencil, t, y), t => _inner.ShiftProduct(stencil, x, t)),
            (g => _inner.ShiftProduct(stencil.ByLeft, g, y), g => _inner.ShiftProduct(stencil.ByRight, g, x)));
    }

    /// <inheritdoc/>
    public LinearArray<F> MatrixProduct(ConstantMatrix matrix, LinearArray<F> a, int axis) => Record(
        _inner.MatrixProduct(matrix, a.Value, axis), a, t => _inner.MatrixProduct(matrix, t, axis), g => _inner.MatrixProduct(matrix.Transposed, g, axis));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The weight changes.</exception>
    public LinearArray<F> Linear(LinearArray<F> weight, LinearArray<F> a)
    {
        var w = Known(weight);
        return Record(_inner.Linear(w, a.Value), a, t => _inner.Linear(w, t), g => _inner.Linear(_inner.Transpose(w, -1, -2), g));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The kernel changes.</exception>
    public LinearArray<F> Convolve(LinearArray<F> a, LinearArray<F> kernel)
    {
        var (k, adjoint) = (Known(kernel), new ConvolutionAdjoint<NdArray<F>>(_inner, _adjoints));
        return Record(_inner.Convolve(a.Value, k), a, t => _inner.Convolve(t, k), g => adjoint.ByInput(g, k));
    }

    private NdArray<F> Known(LinearArray<F> weight) => weight.IsConstant
        ? Keep(weight)
        : throw new ArgumentException("Expected weights that are constant along the perturbation; fix them first.");

    // An array of the same shape, whose entries nobody reads.
    private NdArray<F> Shaped(NdArray<F> a)
    {
        if (_blank.Length < a.Length)
        {
            _blank = new F[a.Length];
        }

        return new(_blank, a.Shape);
    }

    // Of two operands each is needed where the other one changes.
    private (NdArray<F> A, NdArray<F> B) Operands(LinearArray<F> a, LinearArray<F> b) =>
        (b.IsConstant ? a.Value : Keep(a), a.IsConstant ? b.Value : Keep(b));

    private NdArray<F> Operand(LinearArray<F> a) => a.IsConstant ? a.Value : Keep(a);

    // A copy that lasts, unless there is one: of this recording, or, where nothing has changed, of the one before.
    private NdArray<F> Keep(LinearArray<F> a)
    {
        if (a.IsPermanent)
        {
            return a.Value;
        }

        if (!_copies.TryGetValue(a.Value, out var copy))
        {
            var before = _kept.Count < _before.Count ? _before[_kept.Count] : null;
            var isSame = before is not null && before.Shape.AsSpan().SequenceEqual(a.Value.Shape) && IsSame(before, a.Value);
            copy = isSame ? before! : new NdArray<F>(a.Value.Span.ToArray(), a.Value.Shape);
            _entries += isSame ? 0 : copy.Length;
            _kept.Add(copy);
            _copies.Add(a.Value, copy);
        }

        return copy;
    }

    private static bool IsSame(NdArray<F> a, NdArray<F> b) => MemoryMarshal.AsBytes(a.Span).SequenceEqual(MemoryMarshal.AsBytes(b.Span));

    private LinearArray<F> Diagonal((NdArray<F> Value, Func<NdArray<F>, NdArray<F>> Derivative) f, LinearArray<F> a) =>
        Record(f.Value, a, f.Derivative, f.Derivative);

    private LinearArray<F> Record(NdArray<F> value, LinearArray<F> a, Func<NdArray<F>, NdArray<F>> tangent, Func<NdArray<F>, NdArray<F>> adjoint)
    {
        if (a.IsConstant)
        {
            return Fixed(value);
        }

        var (slot, of) = (_slots++, a.Slot);
        _operations.Add(new(
            changes => changes[slot] = tangent(changes[of]!),
            gradients =>
            {
                if (gradients[slot] is { } gradient)
                {
                    Accumulate(gradients, of, adjoint(gradient));
                }
            }));
        return new(value, slot);
    }

    // Of two arrays that are broadcast to each other's shape.
    private LinearArray<F> Record(
        NdArray<F> value, LinearArray<F> a, LinearArray<F> b,
        (Func<NdArray<F>, NdArray<F>> A, Func<NdArray<F>, NdArray<F>> B) tangents, (Func<NdArray<F>, NdArray<F>> A, Func<NdArray<F>, NdArray<F>> B) adjoints)
    {
        if (a.IsConstant || b.IsConstant)
        {
            var (changing, tangent, adjoint) = a.IsConstant ? (b, tangents.B, adjoints.B) : (a, tangents.A, adjoints.A);
            var shape = changing.Value.Shape;
            return Record(value, changing, tangent, g => _adjoints.SumTo(adjoint(g), shape));
        }

        var (slot, ofA, ofB, shapeA, shapeB) = (_slots++, a.Slot, b.Slot, a.Value.Shape, b.Value.Shape);
        _operations.Add(new(
            changes => changes[slot] = _inner.Add(tangents.A(changes[ofA]!), tangents.B(changes[ofB]!)),
            gradients =>
            {
                if (gradients[slot] is { } gradient)
                {
                    Accumulate(gradients, ofA, _adjoints.SumTo(adjoints.A(gradient), shapeA));
                    Accumulate(gradients, ofB, _adjoints.SumTo(adjoints.B(gradient), shapeB));
                }
            }));
        return new(value, slot);
    }

    // A gradient may be shared by several slots, so it is replaced, never added to in place.
    private void Accumulate(NdArray<F>?[] gradients, int slot, NdArray<F> gradient) =>
        gradients[slot] = gradients[slot] is { } before ? _inner.Add(before, gradient) : gradient;
}
