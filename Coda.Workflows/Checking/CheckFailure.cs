namespace Coda.Workflows.Checking;

/// <summary>A check found something else than it expected.</summary>
/// <param name="message">What was expected and what was got.</param>
/// <param name="cure">What to do, where that is not what is said of the check.</param>
internal sealed class CheckFailure(string message, string? cure = null) : Exception(message)
{
    /// <summary>What to do, where that is not what is said of the check.</summary>
    public string? Cure { get; } = cure;

    /// <summary>Throws where a condition does not hold.</summary>
    /// <param name="condition">What must be true.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="got">What was got.</param>
    public static void Require(bool condition, string expected, object got)
    {
        if (!condition)
        {
            throw new CheckFailure(FormattableString.Invariant($"expected {expected}, got {got}"));
        }
    }
}
