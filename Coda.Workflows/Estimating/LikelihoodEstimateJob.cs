using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Workflows.Estimating;

/// <summary>Parameters of a system to estimate by the likelihood of a filter's innovations.</summary>
/// <param name="Archive">The observations.</param>
/// <param name="System">The system, with the values of parameters that are not estimated.</param>
/// <param name="Options">Parameters, windows.</param>
public sealed record LikelihoodEstimateJob(IObservationArchive Archive, Component System, LikelihoodEstimation.Options Options)
{
    /// <summary>The number of the archive's first trajectories to take, at least 1; all by default.</summary>
    public int? Trajectories { get; init; }

    /// <summary>The archive whose description takes the system with the estimates, so that analyses and forecasts use them; none by default.</summary>
    public ParquetArchive? KeepsIn { get; init; }

    /// <summary>The number of workers; 0 for one on each core.</summary>
    public int Workers { get; init; }
}
