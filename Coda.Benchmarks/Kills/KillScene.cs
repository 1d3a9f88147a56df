namespace Coda.Benchmarks.Kills;

/// <summary>A command that is killed.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Share">How many kills it takes of each hundred.</param>
/// <param name="Line">What follows <c>coda</c>, separated by blanks; <c>@NAME</c> stands for a file of the bed, <c>OUT</c> for where it writes.</param>
internal sealed record KillScene(string Name, int Share, string Line)
{
    /// <summary>The command that made what lies where it writes before it starts; none where nothing does.</summary>
    public string? Before { get; init; }

    /// <summary>Whether it writes to a store.</summary>
    public bool IsStored { get; init; }
}
