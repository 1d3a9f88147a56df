namespace Coda.Data.Algebra;

/// <summary>An array on a <see cref="Tape{T}"/>: its value and, after the sweep back, the gradient with respect to it.</summary>
/// <typeparam name="T">What stands for an array in the inner algebra.</typeparam>
public sealed class Variable<T>
{
    internal Variable(T value, bool needsGradient) => (Value, NeedsGradient) = (value, needsGradient);

    /// <summary>The value.</summary>
    public T Value { get; }

    /// <summary>The gradient, of the value's shape, once <see cref="Tape{T}.Backward"/> has passed; the default where nothing depends on it.</summary>
    public T? Gradient { get; private set; }

    /// <summary>Whether the sweep back has reached the variable.</summary>
    public bool HasGradient { get; private set; }

    internal bool NeedsGradient { get; }

    // A gradient may be shared by several variables, so it is replaced, never added to in place.
    internal void Accumulate(IAlgebra<T> ops, T gradient)
    {
        if (NeedsGradient)
        {
            (Gradient, HasGradient) = (HasGradient ? ops.Add(Gradient!, gradient) : gradient, true);
        }
    }
}
