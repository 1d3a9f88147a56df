using Coda.Data.Algebra;

namespace Coda.Classical.Variational;

/// <summary>A map that is written over the algebra, in double precision; its derivative comes from dual numbers.</summary>
internal sealed class AlgebraMap : ITangentMap
{
    private readonly BufferAlgebra<double> _ops = new();
    private readonly DualAlgebra<NdArray<double>> _duals;
    private readonly Func<IAlgebra<NdArray<double>>, NdArray<double>, NdArray<double>> _plain;
    private readonly Func<IAlgebra<Dual<NdArray<double>>>, Dual<NdArray<double>>, Dual<NdArray<double>>> _dual;

    /// <summary>Makes the map.</summary>
    /// <param name="inputSize">The length of what goes in.</param>
    /// <param name="outputSize">The length of what comes out.</param>
    /// <param name="plain">The map on buffers.</param>
    /// <param name="dual">The same on dual numbers.</param>
    public AlgebraMap(
        int inputSize,
        int outputSize,
        Func<IAlgebra<NdArray<double>>, NdArray<double>, NdArray<double>> plain,
        Func<IAlgebra<Dual<NdArray<double>>>, Dual<NdArray<double>>, Dual<NdArray<double>>> dual)
    {
        (InputSize, OutputSize, _plain, _dual) = (inputSize, outputSize, plain, dual);
        _duals = new DualAlgebra<NdArray<double>>(_ops);
    }

    /// <inheritdoc/>
    public int InputSize { get; }

    /// <inheritdoc/>
    public int OutputSize { get; }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> states, Span<double> values, int count)
    {
        _plain(_ops, _ops.From(states[..(count * InputSize)], count, InputSize)).Span.CopyTo(values);
        _ops.Recycle();
    }

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<double> states, ReadOnlySpan<double> perturbations, Span<double> values, Span<double> derivatives, int count)
    {
        var members = perturbations.Length / InputSize;
        var tangent = _ops.Allocate(count, members, InputSize);
        for (var i = 0; i < count; i++)
        {
            perturbations.CopyTo(tangent.Span[(i * perturbations.Length)..]);
        }

        var result = _dual(_duals, _duals.Variable(_ops.From(states[..(count * InputSize)], count, 1, InputSize), tangent)); // [batch, member, output]
        result.Primal.Span.CopyTo(values);
        result.Tangent.Span.CopyTo(derivatives);
        _ops.Recycle();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
