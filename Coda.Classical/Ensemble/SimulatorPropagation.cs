using System.Numerics;
using System.Numerics.Tensors;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Classical.Ensemble;

/// <summary>A system of the catalogue that advances all members at once.</summary>
/// <param name="simulator">System, scheme and time step.</param>
/// <typeparam name="F">The precision of one step.</typeparam>
internal sealed class SimulatorPropagation<F>(Simulator simulator) : Propagation
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private readonly BufferAlgebra<F> _ops = new();
    private readonly IReadOnlyDictionary<string, double> _numbers = simulator.System.ParameterNumbers;

    /// <inheritdoc/>
    public override void Advance(Span<double> ensemble, int members)
    {
        var state = _ops.Allocate(members, ensemble.Length / members); // [member, space]
        TensorPrimitives.ConvertTruncating<double, F>(ensemble, state.Span);
        var next = simulator.Advance(_ops, state, ParameterValues<NdArray<F>>.Constants(_ops, _numbers));
        TensorPrimitives.ConvertTruncating<F, double>(next.Span, ensemble);
        _ops.Recycle();
    }
}
