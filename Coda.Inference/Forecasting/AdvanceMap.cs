using System.Numerics.Tensors;

namespace Coda.Inference.Forecasting;

/// <summary>A forecast model as a map of states, by its steps in single precision.</summary>
/// <param name="model">The model; it stays the caller's.</param>
internal sealed class AdvanceMap(ForecastModel model) : IStateMap
{
    private readonly int _channels = model.Forcing.Sum(u => u.Size);
    private float[] _forcing = [];
    private float[] _states = [];
    private float[] _next = [];

    /// <inheritdoc/>
    public int InputSize => model.StateSize;

    /// <inheritdoc/>
    public int OutputSize => model.StateSize;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default)
    {
        var length = count * InputSize;
        if (_states.Length != length)
        {
            (_states, _next, _forcing) = (new float[length], new float[length], new float[count * 2 * _channels]);
        }

        TensorPrimitives.ConvertTruncating<double, float>(states[..length], _states);
        ForcingShape.Spread(_channels, forcing, _forcing.AsSpan(), count);
        model.Advance(_states, _next, count, _forcing);
        TensorPrimitives.ConvertTruncating<float, double>(_next, values);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
