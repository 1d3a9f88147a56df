namespace Coda.Data.Foundation;

/// <summary>Collects every fault of a set of options, so that all of them are reported at once.</summary>
/// <param name="subject">What is being checked, as the message names it, for example <c>"Lorenz96.Options"</c>.</param>
public sealed class Faults(string subject)
{
    private readonly List<string> _messages = [];

    /// <summary>The number of faults so far.</summary>
    public int Count => _messages.Count;

    /// <summary>All faults, without the subject.</summary>
    public string Text => string.Join("; ", _messages);

    /// <summary>Records a fault when <paramref name="condition"/> does not hold.</summary>
    /// <param name="condition">What must be true.</param>
    /// <param name="name">The option's name.</param>
    /// <param name="expected">What was expected, as in "at least 4".</param>
    /// <param name="got">What was given instead.</param>
    /// <returns>This object, to chain the next check.</returns>
    public Faults Require(bool condition, string name, string expected, object? got)
    {
        if (!condition)
        {
            _messages.Add(ForeignText.Escape(FormattableString.Invariant($"{name}: expected {expected}, got {got ?? "nothing"}")));
        }

        return this;
    }

    /// <summary>Throws when any fault was recorded.</summary>
    /// <exception cref="ArgumentException">One line for every fault, expected against got.</exception>
    public void ThrowIfAny()
    {
        if (_messages.Count > 0)
        {
            throw new ArgumentException($"{subject}: {Text}.");
        }
    }
}
