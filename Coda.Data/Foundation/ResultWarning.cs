namespace Coda.Data.Foundation;

/// <summary>One thing that a run has to say against its own results.</summary>
/// <param name="Kind">Which kind it is, for machines: words in kebab-case, as in <c>failed-stretches</c>.</param>
/// <param name="Message">What was expected, what was got, and the cure: whole sentences on one line.</param>
public sealed record ResultWarning(string Kind, string Message)
{
    /// <summary>Whether nothing of what was asked for came out, so that the run failed although its files are whole.</summary>
    public bool IsFailure { get; init; }
}
