namespace Coda.Data.Observations;

/// <summary>What holds for the observations of one field of the state, in place of what an archive or a model says of all.</summary>
/// <remarks>Immutable; safe to share.</remarks>
public sealed record ObservedField
{
    /// <summary>The standard deviation of their errors, in <see cref="Unit"/>, greater than 0; <see langword="null"/> for that of all.</summary>
    public double? Sigma { get; init; }

    /// <summary>Their unit; <see langword="null"/> for that of all.</summary>
    public string? Unit { get; init; }
}
