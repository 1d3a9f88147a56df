namespace Coda.Data.Archives.Runs;

/// <summary>How far an unfinished run has come.</summary>
/// <param name="Parts">The number of its parts.</param>
/// <param name="Missing">Those that are not finished.</param>
/// <param name="Origin">What it makes them from.</param>
public sealed record RunStatus(int Parts, IReadOnlyList<RunPart> Missing, IReadOnlyDictionary<string, string> Origin)
{
    /// <summary>Whether all parts were there, so that the table was sealed.</summary>
    public bool IsSealed => Missing.Count == 0;
}
