namespace Coda.Classical.Variational.Stretches;

/// <summary>How the smoothing of one stretch ended.</summary>
public enum StretchOutcome
{
    /// <summary>The passes came to rest, and the analyses fit the observations.</summary>
    Converged,

    /// <summary>They did so only after a second start: a larger model error first, or the stretch grown step by step.</summary>
    Retried,

    /// <summary>They came to rest only with a larger model error than was asked for; the analyses are those, and their spread says so.</summary>
    Relaxed,

    /// <summary>They did not come to rest; the analyses are the first guess, with the prior's spread.</summary>
    Failed,
}
