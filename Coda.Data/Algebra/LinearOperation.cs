using System.Numerics;

namespace Coda.Data.Algebra;

/// <summary>One operation of a <see cref="Linearization{F}"/>, on arrays of changes or of gradients, each in its slot.</summary>
/// <param name="Push">Computes the change of the result from those of the operands.</param>
/// <param name="Pull">Adds to the gradients of the operands what the result's gradient makes of them.</param>
/// <typeparam name="F"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed record LinearOperation<F>(Action<NdArray<F>?[]> Push, Action<NdArray<F>?[]> Pull)
    where F : unmanaged, IBinaryFloatingPointIeee754<F>;
