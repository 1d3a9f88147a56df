namespace Coda.Clusters.Ranks;

/// <summary>Another rank of this run has failed, or has been lost: this one cannot go on either.</summary>
public sealed class LostRankException : Exception
{
    /// <summary>Says which, and why.</summary>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="exitCode">What that rank ended with; <see langword="null"/> for one that was lost.</param>
    public LostRankException(string message, int? exitCode)
        : base(message) => ExitCode = exitCode;

    /// <summary>What the rank that failed ended with; <see langword="null"/> for one that was lost.</summary>
    public int? ExitCode { get; }
}
