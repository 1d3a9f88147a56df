using System.Numerics.Tensors;

namespace Coda.Data.Scoring;

/// <summary>The root of the mean over sites of the variance that the estimates give; then the mean over time. Equal to the RMSE where spread tells
/// skill.</summary>
public sealed class Spread : IScore
{
    /// <summary>Its name in the catalogue.</summary>
    public const string Name = "spread";

    /// <summary>Makes the score.</summary>
    /// <param name="options">None.</param>
    public Spread(Options options) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public bool NeedsSpread => true;

    /// <inheritdoc/>
    public double Of(ReadOnlySpan<float> errors, ReadOnlySpan<float> spread) => Math.Sqrt(TensorPrimitives.SumOfSquares(spread) / (double)spread.Length);

    /// <summary>None.</summary>
    public sealed record Options;
}
