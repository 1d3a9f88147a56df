namespace Coda.Data.Scoring;

/// <summary>The part of states, or of observations, that a score is taken over where they are scored apart.</summary>
/// <param name="Field">The field's symbol.</param>
/// <param name="Unit">The unit of its values; "1" where they are dimensionless.</param>
public sealed record ScoredPart(string Field, string Unit)
{
    /// <summary>The site's name, or else the entry of the state that it lies at; <see langword="null"/> for the whole field.</summary>
    public string? Site { get; init; }
}
