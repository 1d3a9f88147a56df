using System.Numerics;
using System.Numerics.Tensors;
using Coda.Data.Algebra;

namespace Coda.Inference.Forecasting;

/// <summary>A map that is written over the algebra; its derivative comes from dual numbers, the transpose of that from a tape.</summary>
/// <typeparam name="F">The precision that it computes in.</typeparam>
public sealed class AlgebraMap<F> : ITangentMap, IAdjointMap
    where F : unmanaged, IBinaryFloatingPointIeee754<F>
{
    private readonly BufferAlgebra<F> _ops = new();
    private readonly DualAlgebra<NdArray<F>> _duals;
    private readonly Tape<NdArray<F>> _tape;
    private readonly int _channels;
    private readonly Func<IAlgebra<NdArray<F>>, NdArray<F>, NdArray<F>, NdArray<F>> _plain;
    private readonly Func<IAlgebra<Dual<NdArray<F>>>, Dual<NdArray<F>>, Dual<NdArray<F>>, Dual<NdArray<F>>> _dual;
    private readonly Func<IAlgebra<Variable<NdArray<F>>>, Variable<NdArray<F>>, Variable<NdArray<F>>, Variable<NdArray<F>>> _taped;
    private readonly Func<IAlgebra<LinearArray<F>>, LinearArray<F>, LinearArray<F>, LinearArray<F>>? _linear;
    private LinearRecorder<F>? _recorder;

    /// <summary>Makes the map.</summary>
    /// <param name="inputSize">The length of what goes in.</param>
    /// <param name="outputSize">The length of what comes out.</param>
    /// <param name="plain">The map on buffers.</param>
    /// <param name="dual">The same on dual numbers.</param>
    /// <param name="taped">The same on a tape.</param>
    public AlgebraMap(
        int inputSize,
        int outputSize,
        Func<IAlgebra<NdArray<F>>, NdArray<F>, NdArray<F>> plain,
        Func<IAlgebra<Dual<NdArray<F>>>, Dual<NdArray<F>>, Dual<NdArray<F>>> dual,
        Func<IAlgebra<Variable<NdArray<F>>>, Variable<NdArray<F>>, Variable<NdArray<F>>> taped)
        : this(inputSize, outputSize, 0, (ops, x, _) => plain(ops, x), (ops, x, _) => dual(ops, x), (ops, x, _) => taped(ops, x))
    {
    }

    /// <summary>Makes a map with forcing.</summary>
    /// <param name="inputSize">The length of what goes in.</param>
    /// <param name="outputSize">The length of what comes out.</param>
    /// <param name="channels">The number of the forcing's values at a step.</param>
    /// <param name="plain">The map of states and of the forcing over a step [batch, 2, channel], on buffers.</param>
    /// <param name="dual">The same on dual numbers.</param>
    /// <param name="taped">The same on a tape.</param>
    /// <param name="linear">The same where its derivative is recorded; without it, none is prepared.</param>
    public AlgebraMap(
        int inputSize,
        int outputSize,
        int channels,
        Func<IAlgebra<NdArray<F>>, NdArray<F>, NdArray<F>, NdArray<F>> plain,
        Func<IAlgebra<Dual<NdArray<F>>>, Dual<NdArray<F>>, Dual<NdArray<F>>, Dual<NdArray<F>>> dual,
        Func<IAlgebra<Variable<NdArray<F>>>, Variable<NdArray<F>>, Variable<NdArray<F>>, Variable<NdArray<F>>> taped,
        Func<IAlgebra<LinearArray<F>>, LinearArray<F>, LinearArray<F>, LinearArray<F>>? linear = null)
    {
        (InputSize, OutputSize, _channels, _plain, _dual, _taped, _linear) = (inputSize, outputSize, channels, plain, dual, taped, linear);
        (_duals, _tape) = (new DualAlgebra<NdArray<F>>(_ops), new Tape<NdArray<F>>(_ops));
    }

    /// <inheritdoc/>
    public int InputSize { get; }

    /// <inheritdoc/>
    public int OutputSize { get; }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default)
    {
        var result = _plain(_ops, From(states, count, InputSize), Forcing(forcing, count));
        TensorPrimitives.ConvertTruncating<F, double>(result.Span, values);
        _ops.Recycle();
    }

    /// <inheritdoc/>
    public void Push(
        ReadOnlySpan<double> states, ReadOnlySpan<double> perturbations, Span<double> values, Span<double> derivatives, int count,
        ReadOnlySpan<double> forcing = default)
    {
        var members = perturbations.Length / InputSize;
        var tangent = _ops.Allocate(count, members, InputSize);
        for (var i = 0; i < count; i++)
        {
            TensorPrimitives.ConvertTruncating<double, F>(perturbations, tangent.Span[(i * perturbations.Length)..]);
        }

        var input = _duals.Variable(From(states, count, 1, InputSize), tangent);
        var result = _dual(_duals, input, _channels == 0 ? default : _duals.Fixed(Forcing(forcing, count, 1))); // [batch, member, output]
        TensorPrimitives.ConvertTruncating<F, double>(result.Primal.Span, values);
        TensorPrimitives.ConvertTruncating<F, double>(result.Tangent.Span, derivatives);
        _ops.Recycle();
    }

    /// <inheritdoc/>
    public void Pull(
        ReadOnlySpan<double> states, ReadOnlySpan<double> sensitivities, Span<double> values, Span<double> gradients, int count,
        ReadOnlySpan<double> forcing = default)
    {
        var input = _tape.Input(From(states, count, InputSize));
        var result = _taped(_tape, input, _channels == 0 ? default! : _tape.Fixed(Forcing(forcing, count)));
        TensorPrimitives.ConvertTruncating<F, double>(result.Value.Span, values);
        _tape.AddGradient(result, From(sensitivities, count, OutputSize));
        _tape.Backward();
        TensorPrimitives.ConvertTruncating<F, double>(input.Gradient!.Span, gradients);
        _tape.Clear();
        _ops.Recycle();
    }

    /// <inheritdoc/>
    public IStateDerivative? Linearize(ReadOnlySpan<double> state, ReadOnlySpan<double> forcing = default)
    {
        if (_linear is null)
        {
            return null;
        }

        _recorder ??= new(_ops);
        var input = _recorder.Begin(From(state, 1, InputSize));
        var derivative = _recorder.End(_linear(_recorder, input, _channels == 0 ? null! : _recorder.Fixed(Forcing(forcing, 1))));
        _ops.Recycle();
        return new Derivative(this, derivative);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // [batch, ..., 2, channel]
    private NdArray<F> Forcing(ReadOnlySpan<double> forcing, params ReadOnlySpan<int> leading)
    {
        if (_channels == 0)
        {
            return null!; // which nobody looks at; an array would cost a tenth of a small model's step
        }

        var array = _ops.Allocate([.. leading, 2, _channels]);
        ForcingShape.Spread(_channels, forcing, array.Span, leading[0]);
        return array;
    }

    private NdArray<F> From(ReadOnlySpan<double> values, params int[] shape)
    {
        var array = _ops.Allocate(shape);
        TensorPrimitives.ConvertTruncating<double, F>(values[..array.Length], array.Span);
        return array;
    }

    private sealed class Derivative(AlgebraMap<F> map, Linearization<F> derivative) : IStateDerivative
    {
        public long Bytes => derivative.Bytes;

        public void Push(ReadOnlySpan<double> perturbation, Span<double> result) =>
            Copy(derivative.Push(map.From(perturbation, 1, map.InputSize)), result);

        public void Pull(ReadOnlySpan<double> sensitivity, Span<double> gradient) =>
            Copy(derivative.Pull(map.From(sensitivity, 1, map.OutputSize)), gradient);

        private void Copy(NdArray<F>? array, Span<double> result)
        {
            if (array is null)
            {
                result.Clear();
            }
            else
            {
                TensorPrimitives.ConvertTruncating<F, double>(array.Span, result);
            }

            map._ops.Recycle();
        }
    }
}
