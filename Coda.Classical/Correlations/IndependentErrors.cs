using System.Numerics.Tensors;

namespace Coda.Classical.Correlations;

/// <summary>Errors that are independent from entry to entry: B is diagonal, and L its root.</summary>
/// <param name="variances">The errors' variances, all greater than 0. [space]</param>
internal sealed class IndependentErrors(double[] variances) : ICovariance
{
    private readonly double[] _deviations = Array.ConvertAll(variances, Math.Sqrt);

    /// <inheritdoc/>
    public int StateSize => variances.Length;

    /// <inheritdoc/>
    public int ControlSize => variances.Length;

    /// <inheritdoc/>
    public IReadOnlyList<double> Variances => variances;

    /// <inheritdoc/>
    /// <remarks>Every entry gets it, as where there are matrices.</remarks>
    public ICovariance OfVariance(double variance) => new IndependentErrors(Array.ConvertAll(variances, _ => variance));

    /// <inheritdoc/>
    public void Root(ReadOnlySpan<double> control, Span<double> increment) => TensorPrimitives.Multiply(_deviations, control, increment);

    /// <inheritdoc/>
    public void TransposedRoot(ReadOnlySpan<double> gradient, Span<double> control) => TensorPrimitives.Multiply(_deviations, gradient, control);

    /// <inheritdoc/>
    public void InverseRoot(ReadOnlySpan<double> increment, Span<double> control) => TensorPrimitives.Divide(increment, _deviations, control);
}
