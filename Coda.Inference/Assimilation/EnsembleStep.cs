namespace Coda.Inference.Assimilation;

/// <summary>An ensemble filter's members before and after the analysis of a step.</summary>
/// <param name="Trajectory">The trajectory's number.</param>
/// <param name="Step">The step.</param>
/// <param name="Members">The number of members N.</param>
/// <param name="Background">The forecasts that were analyzed. [member, space]</param>
/// <param name="Analysis">What the analysis made of them. [member, space]</param>
public sealed record EnsembleStep(int Trajectory, long Step, int Members, ReadOnlyMemory<double> Background, ReadOnlyMemory<double> Analysis)
{
    /// <summary>The factor by which the analyzed anomalies were multiplied after the update, over and above it.</summary>
    public double Inflation { get; init; } = 1;

    /// <summary>How much each entry of a state counts for a site, where the filter's updates are local; nothing where they are not. [space]</summary>
    public Func<int, IReadOnlyList<double>>? Taper { get; init; }
}
