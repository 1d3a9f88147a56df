using Coda.Data.Dynamics;
using Coda.Data.Time;

namespace Coda.Data.Archives.Import;

/// <summary>What an import read and wrote.</summary>
/// <param name="RowsRead">Rows in the files; of a file with one column per site, its cells.</param>
/// <param name="Missing">Those left out because their value was one of the missing ones.</param>
/// <param name="Snapped">Those moved to the nearest step although they were further off than the tolerance.</param>
/// <param name="Combined">Those that went into a mean with another row, less one for each mean.</param>
/// <param name="Observations">Rows in the archive.</param>
/// <param name="Steps">The steps from the first observation to the last.</param>
/// <param name="SiteCount">The number of sites in the archive.</param>
/// <param name="SitesObserved">The number of sites with at least one observation.</param>
/// <param name="TrajectoryCount">The number of trajectories.</param>
/// <param name="TimeOrigin">What step 0 stands for.</param>
public sealed record ImportReport(
    long RowsRead, long Missing, long Snapped, long Combined, long Observations, StepRange Steps,
    int SiteCount, int SitesObserved, int TrajectoryCount, string TimeOrigin)
{
    /// <summary>How the values lie.</summary>
    public required ImportedValues Values { get; init; }

    /// <summary>Values left out because their positions are not on the grid.</summary>
    public long Outside { get; init; }

    /// <summary>The series of the forcing; <see langword="null"/> where none was read.</summary>
    public IReadOnlyList<ForcingDefinition>? Forcing { get; init; }

    /// <summary>Lines of CSV files that were skipped because they begin with #.</summary>
    public long Comments { get; init; }
}
