using Coda.Data.Time;

namespace Coda.Data.Archives.Engines;

/// <summary>The rows that a scan returns; an engine reads only the row groups that may hold one.</summary>
/// <param name="Trajectory">One trajectory, or the first of several; all by default.</param>
/// <param name="Steps">A range of steps, or all.</param>
/// <param name="Lead">One lead of a table of forecasts, or all.</param>
/// <param name="LastTrajectory">The last of several trajectories.</param>
internal readonly record struct RowFilter(int? Trajectory = null, StepRange? Steps = null, int? Lead = null, int? LastTrajectory = null)
{
    /// <summary>The last trajectory that passes, or all.</summary>
    public int? UpToTrajectory => LastTrajectory ?? Trajectory;
}
