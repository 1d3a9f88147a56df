using System.Numerics;
using System.Numerics.Tensors;
using Coda.Data.Algebra;

namespace Coda.Inference.Forecasting;

/// <summary>A map that is written over the algebra; its derivative comes from dual numbers.</summary>
/// <typeparam name="F">The precision that it computes in.</typeparam>
public sealed class AlgebraMap<F> : ITangentMap
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private readonly BufferAlgebra<F> _ops = new();
    private readonly DualAlgebra<NdArray<F>> _duals;
    private readonly Func<IAlgebra<NdArray<F>>, NdArray<F>, NdArray<F>> _plain;
    private readonly Func<IAlgebra<Dual<NdArray<F>>>, Dual<NdArray<F>>, Dual<NdArray<F>>> _dual;

    /// <summary>Makes the map.</summary>
    /// <param name="inputSize">The length of what goes in.</param>
    /// <param name="outputSize">The length of what comes out.</param>
    /// <param name="plain">The map on buffers.</param>
    /// <param name="dual">The same on dual numbers.</param>
    public AlgebraMap(
        int inputSize,
        int outputSize,
        Func<IAlgebra<NdArray<F>>, NdArray<F>, NdArray<F>> plain,
        Func<IAlgebra<Dual<NdArray<F>>>, Dual<NdArray<F>>, Dual<NdArray<F>>> dual)
    {
        (InputSize, OutputSize, _plain, _dual) = (inputSize, outputSize, plain, dual);
        _duals = new DualAlgebra<NdArray<F>>(_ops);
    }

    /// <inheritdoc/>
    public int InputSize { get; }

    /// <inheritdoc/>
    public int OutputSize { get; }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> states, Span<double> values, int count)
    {
        var input = _ops.Allocate(count, InputSize);
        TensorPrimitives.ConvertTruncating<double, F>(states[..(count * InputSize)], input.Span);
        TensorPrimitives.ConvertTruncating<F, double>(_plain(_ops, input).Span, values);
        _ops.Recycle();
    }

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<double> states, ReadOnlySpan<double> perturbations, Span<double> values, Span<double> derivatives, int count)
    {
        var members = perturbations.Length / InputSize;
        var (input, tangent) = (_ops.Allocate(count, 1, InputSize), _ops.Allocate(count, members, InputSize));
        TensorPrimitives.ConvertTruncating<double, F>(states[..(count * InputSize)], input.Span);
        for (var i = 0; i < count; i++)
        {
            TensorPrimitives.ConvertTruncating<double, F>(perturbations, tangent.Span[(i * perturbations.Length)..]);
        }

        var result = _dual(_duals, _duals.Variable(input, tangent)); // [batch, member, output]
        TensorPrimitives.ConvertTruncating<F, double>(result.Primal.Span, values);
        TensorPrimitives.ConvertTruncating<F, double>(result.Tangent.Span, derivatives);
        _ops.Recycle();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
