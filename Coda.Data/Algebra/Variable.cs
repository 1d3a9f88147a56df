using System.Numerics;

namespace Coda.Data.Algebra;

/// <summary>An array on a <see cref="Tape{F}"/>: its value and, after the sweep back, the gradient with respect to it.</summary>
/// <typeparam name="F"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Variable<F>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    internal Variable(NdArray<F> value, bool needsGradient) => (Value, NeedsGradient) = (value, needsGradient);

    /// <summary>The value.</summary>
    public NdArray<F> Value { get; }

    /// <summary>The gradient, of the value's shape, once <see cref="Tape{F}.Backward"/> has passed; <see langword="null"/> where nothing depends on it.</summary>
    public NdArray<F>? Gradient { get; internal set; }

    internal bool NeedsGradient { get; }
}
