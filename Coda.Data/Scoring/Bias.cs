using System.Numerics.Tensors;

namespace Coda.Data.Scoring;

/// <summary>The mean over sites and time of the errors, estimate less truth.</summary>
public sealed class Bias : IScore
{
    /// <summary>Its name in the catalogue.</summary>
    public const string Name = "bias";

    /// <summary>Makes the score.</summary>
    /// <param name="options">None.</param>
    public Bias(Options options) => ArgumentNullException.ThrowIfNull(options);

    /// <inheritdoc/>
    public double Of(ReadOnlySpan<float> errors, ReadOnlySpan<float> spread) => TensorPrimitives.Sum(errors) / (double)errors.Length;

    /// <summary>None.</summary>
    public sealed record Options;
}
