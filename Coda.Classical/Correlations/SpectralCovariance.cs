using System.Buffers;
using System.Numerics.Tensors;

namespace Coda.Classical.Correlations;

/// <summary>B = D^½ C D^½ with correlations C that are the same everywhere: independent from wave to wave, of fields together within a wave.</summary>
/// <remarks>
/// On axes that close the waves are Fourier's, between walls sines where fields are 0 there, else cosines. A product is two transforms. Immutable; safe for
/// use from several threads.
/// </remarks>
internal sealed class SpectralCovariance : ICovariance
{
    private readonly FieldGroup[] _groups;
    private readonly WaveRoots[] _roots;
    private readonly double[][] _powers;    // the coefficients' variances [group][field, wave]
    private readonly double[] _deviations;  // [space]
    private readonly Lazy<double[]> _variances;

    /// <summary>Makes the covariance.</summary>
    /// <param name="groups">The fields.</param>
    /// <param name="roots">The roots of the covariances of each group's coefficients.</param>
    /// <param name="powers">The coefficients' variances. [group][field, wave]</param>
    /// <param name="deviations">What fields are divided by before they are taken apart into waves, greater than 0. [space]</param>
    public SpectralCovariance(FieldGroup[] groups, WaveRoots[] roots, double[][] powers, double[] deviations)
    {
        (_groups, _roots, _powers, _deviations) = (groups, roots, powers, deviations);
        ControlSize = groups.Sum(group => group.ControlSize);
        _variances = new(Diagonal);
    }

    /// <inheritdoc/>
    public int StateSize => _deviations.Length;

    /// <inheritdoc/>
    public int ControlSize { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double> Variances => _variances.Value;

    /// <summary>The same with all errors times a number.</summary>
    /// <param name="factor">The number, greater than 0.</param>
    public SpectralCovariance Times(double factor) => new(_groups, _roots, _powers, Array.ConvertAll(_deviations, d => d * factor));

    /// <summary>The same with each entry's errors times a number of its own.</summary>
    /// <param name="factors">The numbers, greater than 0. [space]</param>
    public SpectralCovariance Times(double[] factors) => new(_groups, _roots, _powers, [.. _deviations.Zip(factors, (d, factor) => d * factor)]);

    /// <inheritdoc/>
    public ICovariance OfVariance(double variance) => Times(Math.Sqrt(variance / Variances.Average()));

    /// <inheritdoc/>
    public void Root(ReadOnlySpan<double> control, Span<double> increment)
    {
        var coefficients = ArrayPool<double>.Shared.Rent(ControlSize);
        for (var (g, start) = (0, 0); g < _groups.Length; start += _groups[g++].ControlSize)
        {
            var part = coefficients.AsSpan(start, _groups[g].ControlSize);
            _roots[g].Multiply(control.Slice(start, part.Length), part);
            _groups[g].Backward(part, increment);
        }

        TensorPrimitives.Multiply(increment, _deviations, increment);
        ArrayPool<double>.Shared.Return(coefficients);
    }

    /// <inheritdoc/>
    public void TransposedRoot(ReadOnlySpan<double> gradient, Span<double> control)
    {
        var scaled = ArrayPool<double>.Shared.Rent(StateSize);
        TensorPrimitives.Multiply(gradient, _deviations, scaled);
        ByWaves(scaled, control, (roots, coefficients, part) => roots.MultiplyTransposed(coefficients, part));
        ArrayPool<double>.Shared.Return(scaled);
    }

    /// <inheritdoc/>
    public void InverseRoot(ReadOnlySpan<double> increment, Span<double> control)
    {
        var scaled = ArrayPool<double>.Shared.Rent(StateSize);
        TensorPrimitives.Divide(increment, _deviations, scaled);
        ByWaves(scaled, control, (roots, coefficients, part) => roots.Solve(coefficients, part));
        ArrayPool<double>.Shared.Return(scaled);
    }

    private void ByWaves(ReadOnlySpan<double> state, Span<double> control, RootAction action)
    {
        var coefficients = ArrayPool<double>.Shared.Rent(ControlSize);
        for (var (g, start) = (0, 0); g < _groups.Length; start += _groups[g++].ControlSize)
        {
            var part = coefficients.AsSpan(start, _groups[g].ControlSize);
            _groups[g].Forward(state, part);
            action(_roots[g], part, control.Slice(start, part.Length));
        }

        ArrayPool<double>.Shared.Return(coefficients);
    }

    private double[] Diagonal()
    {
        var variances = new double[StateSize];
        for (var g = 0; g < _groups.Length; g++)
        {
            var group = _groups[g];
            for (var field = 0; field < group.Offsets.Length; field++)
            {
                var powers = _powers[g].AsSpan(field * group.Count, group.Count);
                (group.Waves?.Variances(powers) ?? [.. powers]).CopyTo(variances, group.Offsets[field]);
            }
        }

        TensorPrimitives.Multiply(variances, _deviations, variances);
        TensorPrimitives.Multiply(variances, _deviations, variances);
        return variances;
    }

    private delegate void RootAction(WaveRoots roots, ReadOnlySpan<double> coefficients, Span<double> control);
}
