using System.Numerics.Tensors;

namespace Coda.Data.Scoring;

/// <summary>MSE: the mean over sites and time of the squared errors. Of windows of a trajectory it weighs those that are lost as much as they are off; the
/// <see cref="RootMeanSquareError"/> is a mean over time of the errors' size.</summary>
public sealed class MeanSquareError : IScore
{
    /// <summary>Its name in the catalogue.</summary>
    public const string Name = "mean-square-error";

    /// <summary>Makes the score.</summary>
    /// <param name="options">None.</param>
    public MeanSquareError(Options options) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public bool IsError => true;

    /// <inheritdoc/>
    public double Of(ReadOnlySpan<float> errors, ReadOnlySpan<float> spread) => TensorPrimitives.SumOfSquares(errors) / (double)errors.Length;

    /// <summary>None.</summary>
    public sealed record Options;
}
