namespace Coda.Data.Foundation;

/// <summary>Names that a user gives, each perhaps with a * at its end for all that begin so.</summary>
public static class NameBeginning
{
    /// <summary>Whether a name is meant.</summary>
    /// <param name="asked">What the user gave: a name, or its beginning and *.</param>
    /// <param name="name">The name.</param>
    public static bool Means(string asked, string name)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(name);
        return asked.EndsWith('*') ? name.StartsWith(asked[..^1], StringComparison.Ordinal) : asked == name;
    }
}
