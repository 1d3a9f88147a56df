namespace Coda.Data.Scoring;

/// <summary>What the misfit against observations tells of the estimate's own error: the mean square misfit less the mean variance of the observations'
/// errors.</summary>
/// <remarks>
/// Where the error is far below the noise, the difference is one of two nearly equal numbers, and may be negative. It is resolved where the whole 95 %
/// confidence interval lies above 0; only then has it a root.
/// The interval is Student's t of a ratio of sums over blocks that are taken to be independent: whole trajectories where there are eight or more, else blocks
/// of consecutive steps.
/// </remarks>
/// <param name="Difference">Mean squared misfit less mean σ², in squared units of the observations.</param>
/// <param name="Low">The interval's lower end; nothing where one block tells no interval.</param>
/// <param name="High">The interval's upper end; nothing where there is none.</param>
/// <param name="Interval">How the interval was made, in words.</param>
public sealed record ErrorEstimate(double Difference, double? Low, double? High, string Interval)
{
    /// <summary>Whether the difference is told apart from 0.</summary>
    public bool IsResolved => Low > 0;

    /// <summary>The root of the difference, in the observations' units; nothing where it is not resolved.</summary>
    public double? RootMeanSquareError => IsResolved ? Math.Sqrt(Difference) : null;

    /// <summary>The root of the interval's lower end; nothing where the difference is not resolved.</summary>
    public double? Least => IsResolved ? Math.Sqrt(Low!.Value) : null;

    /// <summary>The root of the interval's upper end: the error is below it; nothing where there is no interval, or all of it is below 0.</summary>
    public double? Most => High > 0 ? Math.Sqrt(High.Value) : null;
}
