namespace Coda.Data.Scoring;

/// <summary>What one state's errors come to; its mean over time, by lead, is the score.</summary>
/// <remarks>An implementation is one file: sealed, with a nested <c>Options</c> record. Immutable; safe to share.</remarks>
public interface IScore
{
    /// <summary>Whether it judges the spread; estimates without one are then not scored.</summary>
    bool NeedsSpread => false;

    /// <summary>Whether it is an error, of which less is better, so that estimates are compared by it.</summary>
    bool IsError => false;

    /// <summary>The score of one state.</summary>
    /// <param name="errors">Estimate less truth, at the sites that are scored; at least one. [site]</param>
    /// <param name="spread">The standard deviation that the estimate gives each entry; empty where it gives none. [site]</param>
    double Of(ReadOnlySpan<float> errors, ReadOnlySpan<float> spread);
}
