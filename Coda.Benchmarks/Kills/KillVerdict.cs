namespace Coda.Benchmarks.Kills;

/// <summary>What must not come of a kill.</summary>
internal enum KillVerdict
{
    /// <summary>Something that was whole is gone, or never comes.</summary>
    Lost,

    /// <summary>Something under its final name is neither what was there before nor what the command makes: half of it, or of both.</summary>
    Mixed,

    /// <summary>Something is left behind after the command came to its end.</summary>
    Left,

    /// <summary>The same command does not come to its end.</summary>
    Stuck,
}
