using System.Numerics.Tensors;
using Coda.Inference.Forecasting;

namespace Coda.Inference.Impact;

/// <summary>The adjoint of a small model that has a tangent only: its derivative, column by column, transposed.</summary>
internal sealed class TransposedTangent : IAdjointMap
{
    private const int MostEntries = 512; // of a state, whose columns are as many perturbations

    private readonly ITangentMap _tangent;
    private readonly double[] _unit;
    private readonly double[] _columns;

    private TransposedTangent(ITangentMap tangent)
    {
        (_tangent, _unit, _columns) = (tangent, new double[tangent.InputSize * tangent.InputSize], new double[tangent.InputSize * tangent.OutputSize]);
        for (var i = 0; i < tangent.InputSize; i++)
        {
            _unit[i * (tangent.InputSize + 1)] = 1;
        }
    }

    /// <inheritdoc/>
    public int InputSize => _tangent.InputSize;

    /// <inheritdoc/>
    public int OutputSize => _tangent.OutputSize;

    /// <summary>Starts one.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Nothing where the model has no tangent, or its states are too large.</returns>
    public static TransposedTangent? Of(ForecastModel model) =>
        model.StateSize <= MostEntries && model.StartTangent() is { } tangent ? new(tangent) : null;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> states, Span<double> values, int count, ReadOnlySpan<double> forcing = default) =>
        _tangent.Apply(states, values, count, forcing);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">More than one state at a time.</exception>
    public void Pull(
        ReadOnlySpan<double> states, ReadOnlySpan<double> sensitivities, Span<double> values, Span<double> gradients, int count,
        ReadOnlySpan<double> forcing = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(count, 1);
        _tangent.Push(states, _unit, values, _columns, 1, forcing);
        for (var i = 0; i < InputSize; i++)
        {
            gradients[i] = TensorPrimitives.Dot(_columns.AsSpan(i * OutputSize, OutputSize), sensitivities);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _tangent.Dispose();
}
