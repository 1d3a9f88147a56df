using System.Numerics;
using System.Runtime.CompilerServices;

namespace Coda.Data.Algebra;

/// <summary>The derivative of a function at one state, recorded once by a <see cref="LinearRecorder{F}"/>, and its transpose.</summary>
/// <remarks>It holds the operands that nonlinear operations need, and nothing of what is linear. Not thread-safe, as the algebra that it computes in.</remarks>
/// <typeparam name="F"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Linearization<F>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private const long BytesOfOperation = 400;

    private readonly IReadOnlyList<LinearOperation<F>> _operations;
    private readonly NdArray<F>?[] _slots;
    private readonly int _result;

    /// <summary>Takes a recording.</summary>
    /// <param name="operations">What was recorded.</param>
    /// <param name="slots">The arrays that they work on, all empty; one linearization of many may use them at a time.</param>
    /// <param name="result">The slot of the result; the input's is 0.</param>
    /// <param name="entries">The entries of the operands that it holds and does not share.</param>
    internal Linearization(IReadOnlyList<LinearOperation<F>> operations, NdArray<F>?[] slots, int result, long entries) =>
        (_operations, _slots, _result, Bytes) = (operations, slots, result, (entries * Unsafe.SizeOf<F>()) + (operations.Count * BytesOfOperation));

    /// <summary>The memory that it takes, about, beside what it shares with the one before it.</summary>
    public long Bytes { get; }

    /// <summary>The change of the result.</summary>
    /// <param name="change">The change of the input.</param>
    /// <returns>The change, in memory of the algebra; nothing where the result does not depend on the input.</returns>
    public NdArray<F>? Push(NdArray<F> change)
    {
        _slots[0] = change;
        foreach (var operation in _operations)
        {
            operation.Push(_slots);
        }

        return Taken(_result);
    }

    /// <summary>The gradient by the input.</summary>
    /// <param name="gradient">The gradient by the result.</param>
    /// <returns>The gradient, in memory of the algebra; nothing where the result does not depend on the input.</returns>
    public NdArray<F>? Pull(NdArray<F> gradient)
    {
        if (_result >= 0)
        {
            _slots[_result] = gradient;
        }

        for (var i = _operations.Count - 1; i >= 0; i--)
        {
            _operations[i].Pull(_slots);
        }

        return Taken(0);
    }

    private NdArray<F>? Taken(int slot)
    {
        var array = slot < 0 ? null : _slots[slot];
        Array.Clear(_slots);
        return array;
    }
}
