using System.Numerics;

namespace Coda.Data.Algebra;

/// <summary>An array of a <see cref="LinearRecorder{F}"/>: its value, and where its changes stand in the recording.</summary>
/// <typeparam name="F"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LinearArray<F>
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    internal LinearArray(NdArray<F> value, int slot, bool isPermanent = false) => (Value, Slot, IsPermanent) = (value, slot, isPermanent);

    /// <summary>The value, until the algebra recycles it.</summary>
    public NdArray<F> Value { get; }

    /// <summary>The number of its change; -1 where it is constant.</summary>
    internal int Slot { get; }

    /// <summary>Whether the value is never recycled.</summary>
    internal bool IsPermanent { get; }

    internal bool IsConstant => Slot < 0;
}
