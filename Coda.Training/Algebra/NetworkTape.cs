using Coda.Data.Algebra;

namespace Coda.Training.Algebra;

/// <summary>A <see cref="Tape{T}"/> for networks: reverse mode over their operations too, by what they read; weights are constants of the
/// recording.</summary>
/// <remarks>
/// The adjoint of each operation is written in operations of the same algebra, so that the gradient of a network is nodes of an ONNX graph, or is computed by
/// LibTorch. The adjoint of a convolution is one with the kernel turned around, inputs and outputs in each other's places. Not thread-safe.
/// </remarks>
/// <typeparam name="T">What stands for an array in the inner algebra.</typeparam>
public sealed partial class NetworkTape<T> : INetworkAlgebra<Variable<T>>
{
    private readonly INetworkAlgebra<T> _inner;
    private readonly Tape<T> _tape;

    /// <summary>Makes an empty tape.</summary>
    /// <param name="inner">The algebra in which values and gradients are computed.</param>
    public NetworkTape(INetworkAlgebra<T> inner) => (_inner, _tape) = (inner, new(inner));

    /// <summary>An input of the recording, whose gradient is wanted.</summary>
    /// <param name="value">Its value.</param>
    public Variable<T> Input(T value) => _tape.Input(value);

    /// <summary>A constant of the recording, such as a weight.</summary>
    /// <param name="value">Its value.</param>
    public Variable<T> Fixed(T value) => _tape.Fixed(value);

    /// <summary>Adds to the gradient of a variable, where the sweep starts.</summary>
    /// <param name="variable">A variable of this recording.</param>
    /// <param name="gradient">What to add, of the variable's shape.</param>
    public void AddGradient(Variable<T> variable, T gradient) => _tape.AddGradient(variable, gradient);

    /// <summary>Sweeps back from the gradients set so far to every input.</summary>
    public void Backward() => _tape.Backward();

    /// <inheritdoc/>
    public Variable<T> Gelu(Variable<T> a)
    {
        var gate = Offset(Erf(Scale(a, 1 / Math.Sqrt(2))), 1);
        return Scale(Multiply(a, gate), 0.5);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Groups of channels that are neither one nor single channels.</exception>
    public Variable<T> Convolve(Variable<T> a, Variable<T> kernel, Variable<T> bias, BatchNorm<Variable<T>>? norm = null, int dilation = 1)
    {
        var (channels, shape) = (_inner.ShapeOf(a.Value)[1], _inner.ShapeOf(kernel.Value));
        var isSeparate = shape[1] == 1 && channels > 1;
        if (!isSeparate && shape[1] != channels)
        {
            throw new ArgumentException($"Expected a kernel of all {channels} channels or of each by itself, got one of groups of {shape[1]}.");
        }

        if (isSeparate && shape[0] != channels)
        {
            throw new ArgumentException($"Expected as many outputs as the {channels} channels that are convolved each by itself, got {shape[0]}.");
        }

        var value = _inner.Convolve(a.Value, kernel.Value, bias.Value, Values(norm), dilation);
        return _tape.Operation(value, a, g =>
        {
            var turned = Reversed(kernel.Value, -1);
            turned = isSeparate ? turned : _inner.Transpose(turned, -2, -3);
            return _inner.Convolve(Scaled(g, norm), turned, None(channels), null, dilation);
        });
    }

    /// <inheritdoc/>
    public Variable<T> ConvolveTimeSpace(Variable<T> a, Variable<T> kernel, Variable<T> bias, BatchNorm<Variable<T>>? norm = null) => _tape.Operation(
        _inner.ConvolveTimeSpace(a.Value, kernel.Value, bias.Value, Values(norm)), a,
        g => _inner.ConvolveTimeSpace(Scaled(g, norm), Turned(kernel.Value), None(ChannelsOf(a))));

    /// <inheritdoc/>
    public Variable<T> ConvolveGrid(Variable<T> a, Variable<T> kernel, Variable<T> bias, Padding y, Padding x) => _tape.Operation(
        _inner.ConvolveGrid(a.Value, kernel.Value, bias.Value, y, x), a,
        g => _inner.ConvolveGrid(g, Turned(kernel.Value), None(ChannelsOf(a)), y, x));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The stretch's length is known only when the graph runs.</exception>
    public Variable<T> ConvolveWindows(Variable<T> a, Variable<T> kernel, Variable<T> bias) => _tape.Operation(
        _inner.ConvolveWindows(a.Value, kernel.Value, bias.Value), a, g =>
        {
            var (channels, depth) = (_inner.ShapeOf(a.Value)[0], _inner.ShapeOf(kernel.Value)[^1]);
            var padded = _inner.Pad(_inner.RemoveAxis(g, -4), -2, depth - 1, depth - 1, Padding.Zero);
            var turned = _inner.Transpose(Reversed(kernel.Value, -1), -2, -3);
            return _inner.RemoveAxis(_inner.ConvolveWindows(padded, turned, None(channels)), -4);
        });

    /// <inheritdoc/>
    public Variable<T> Upsample(Variable<T> a, Variable<T> kernel, Variable<T> bias) => _tape.Operation(
        _inner.Upsample(a.Value, kernel.Value, bias.Value), a, g =>
        {
            var sides = _inner.ShapeOf(kernel.Value).Length - 2;
            if (sides == 1)
            {
                var pairs = _inner.Transpose(_inner.SplitLast(g, 2), -1, -2); // [batch, output, 2, space]
                return _inner.Linear(_inner.MergeLast(kernel.Value), _inner.TimeToChannels(pairs));
            }

            var width = _inner.ShapeOf(a.Value)[^1];
            var columns = _inner.Transpose(_inner.SplitLast(g, 2), -3, -1);          // [batch, output, 2 of x, x, 2 y]
            var blocks = _inner.Transpose(_inner.SplitLast(columns, 2), -3, -1);      // [batch, output, 2 of x, 2 of y, y, x]
            var merged = _inner.TimeToChannels(_inner.TimeToChannels(_inner.MergeLast(blocks))); // [batch, output · 2 · 2, y · x]
            var weight = _inner.MergeLast(_inner.MergeLast(_inner.Transpose(kernel.Value, -1, -2)));
            return _inner.SplitLast(_inner.Linear(weight, merged), width);
        });

    /// <inheritdoc/>
    public Variable<T> MaxPool(Variable<T> a)
    {
        var result = Larger(a);
        return _inner.ShapeOf(a.Value).Length == 4 ? Transpose(Larger(Transpose(result, -1, -2)), -1, -2) : result;
    }

    /// <inheritdoc/>
    /// <remarks>Of times that are equally high each takes its share.</remarks>
    public Variable<T> MaxOverTime(Variable<T> a)
    {
        var value = _inner.MaxOverTime(a.Value);
        return _tape.Operation(value, a, g =>
        {
            var below = _inner.Step(_inner.Subtract(_inner.InsertAxis(value, -2), a.Value));
            var highest = _inner.Offset(_inner.Scale(below, -1), 1);
            return _inner.Multiply(highest, _inner.InsertAxis(_inner.Divide(g, _inner.Sum(highest, -2)), -2));
        });
    }

    /// <inheritdoc/>
    public Variable<T> TimeToChannels(Variable<T> a) => _tape.Operation(_inner.TimeToChannels(a.Value), a, g =>
    {
        var split = _inner.SplitLast(_inner.Transpose(g, -1, -2), _inner.ShapeOf(a.Value)[^2]); // [..., space, channel, time]
        return _inner.Transpose(_inner.Transpose(split, -3, -2), -1, -2);
    });

    /// <inheritdoc/>
    public Variable<T> StopGradient(Variable<T> a) => Fixed(_inner.StopGradient(a.Value));

    private int ChannelsOf(Variable<T> a) => _inner.ShapeOf(a.Value)[1];

    // The larger of each two neighbours along the last axis: b + max(0, a - b).
    private Variable<T> Larger(Variable<T> a)
    {
        var size = _inner.ShapeOf(a.Value)[^1];
        var pairs = SplitLast(size % 2 == 0 ? a : Slice(a, -1, 0, size - 1), 2);
        var (first, second) = (RemoveAxis(Slice(pairs, -1, 0, 1), -1), RemoveAxis(Slice(pairs, -1, 1, 1), -1));
        return Add(second, Relu(Subtract(first, second)));
    }

    private T None(int channels) => _inner.Constant(new double[channels]);

    // [output, input, height, width] to [input, output, height, width], turned around.
    private T Turned(T kernel) => _inner.Transpose(Reversed(Reversed(kernel, -1), -2), -3, -4);

    private T Reversed(T kernel, int axis)
    {
        int[] turned = [.. Enumerable.Range(0, _inner.ShapeOf(kernel)[^-axis]).Reverse()];
        return axis == -1 ? _inner.Gather(kernel, turned) : _inner.Transpose(_inner.Gather(_inner.Transpose(kernel, axis, -1), turned), axis, -1);
    }

    private static BatchNorm<T>? Values(BatchNorm<Variable<T>>? norm) =>
        norm is null ? null : new(norm.Scale.Value, norm.Shift.Value, norm.Mean.Value, norm.Variance.Value);

    // A gradient before batch normalization: γ / √(v + ε) times that after it.
    private T Scaled(T gradient, BatchNorm<Variable<T>>? norm)
    {
        if (norm is null)
        {
            return gradient;
        }

        var factor = _inner.Multiply(norm.Scale.Value, _inner.Power(_inner.Offset(norm.Variance.Value, BatchNorm<T>.Epsilon), -0.5));
        for (var axis = _inner.ShapeOf(gradient).Length; axis > 2; axis--)
        {
            factor = _inner.InsertAxis(factor, -1);
        }

        return _inner.Multiply(gradient, factor);
    }
}
