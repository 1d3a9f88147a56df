using System.Numerics.Tensors;

namespace Coda.Data.Scoring;

/// <summary>RMSE: the root of the mean over sites of the squared errors; then the mean over time.</summary>
public sealed class RootMeanSquareError : IScore
{
    /// <summary>Its name in the catalogue.</summary>
    public const string Name = "root-mean-square-error";

    /// <summary>Makes the score.</summary>
    /// <param name="options">None.</param>
    public RootMeanSquareError(Options options) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public bool IsError => true;

    /// <inheritdoc/>
    public double Of(ReadOnlySpan<float> errors, ReadOnlySpan<float> spread) => Math.Sqrt(TensorPrimitives.SumOfSquares(errors) / (double)errors.Length);

    /// <summary>None.</summary>
    public sealed record Options;
}
