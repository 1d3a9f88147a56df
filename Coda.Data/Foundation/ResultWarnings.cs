namespace Coda.Data.Foundation;

/// <summary>Collects what a run has to say against its own results, where it goes on all the same.</summary>
/// <remarks>
/// Whoever finds that results may not be what they seem (a spread that means nothing here, a stretch that did not converge) adds it once, from whatever depth:
/// requests carry the collection. The command line prints it with the result and writes it into the JSON, and <c>--strict</c> turns it into an exit code. What
/// makes a result wrong is an exception, not a warning. Safe for use from several threads.
/// </remarks>
public sealed class ResultWarnings
{
    private readonly Lock _adding = new();
    private readonly List<ResultWarning> _all = [];

    /// <summary>Every warning, in the order in which they came; a copy.</summary>
    public IReadOnlyList<ResultWarning> All
    {
        get
        {
            lock (_adding)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>Adds a warning, unless it is there already: what is found anew in every piece of a record is said once.</summary>
    /// <param name="warning">The warning.</param>
    public void Add(ResultWarning warning)
    {
        lock (_adding)
        {
            if (!_all.Contains(warning))
            {
                _all.Add(warning);
            }
        }
    }

    /// <inheritdoc cref="Add(ResultWarning)"/>
    /// <param name="kind">Which kind it is, for machines: words in kebab-case.</param>
    /// <param name="message">What was expected, what was got, and the cure.</param>
    public void Add(string kind, string message) => Add(new ResultWarning(kind, message));
}
