using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;

namespace Coda.Workflows.Estimating;

/// <summary>A system to fit to a short record.</summary>
/// <param name="Archive">The observations.</param>
/// <param name="System">The system, with the values of parameters that are not estimated and from which the others start.</param>
public sealed record FitJob(IObservationArchive Archive, Component System)
{
    /// <summary>The scheme that advances it.</summary>
    public Component Integrator { get; init; } = new("runge-kutta4");

    /// <summary>Starts and priors.</summary>
    public RecordFit.Options Options { get; init; } = new();

    /// <summary>The number of the archive's first trajectories to take, at least 1; all by default.</summary>
    public int? Trajectories { get; init; }

    /// <summary>The archive whose description takes the system with the estimates, and the size of the errors where it was estimated, so that analyses and
    /// forecasts use them; none by default.</summary>
    public ParquetArchive? KeepsIn { get; init; }

    /// <summary>The archive that the solution's states are written into, as analyses with their spread; none by default.</summary>
    public ParquetArchive? WritesTo { get; init; }

    /// <summary>The number of workers; 0 for one on each core.</summary>
    public int Workers { get; init; }
}
