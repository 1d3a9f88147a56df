namespace Coda.Data.Scoring.Differences;

/// <summary>How the error of a mean difference is estimated from differences that are correlated in time.</summary>
/// <remarks>docs/differences.md has how often each calls two identical methods different.</remarks>
public enum DifferenceEstimator
{
    /// <summary>The lowest cosines of each trajectory, as many as its correlation leaves, and the scatter of whole trajectories where there are eight or more:
    /// the wider interval of the two. It says so where they are too few.</summary>
    Cosines,

    /// <summary>Student's t with the effective number of times of an autoregressive process of second order (Geer, 2016).</summary>
    Autoregressive,

    /// <summary>The stationary bootstrap (Politis and Romano, 1994) with blocks as long as Politis and White (2004) have it.</summary>
    StationaryBootstrap,
}
