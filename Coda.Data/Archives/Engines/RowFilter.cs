using Coda.Data.Time;

namespace Coda.Data.Archives.Engines;

/// <summary>The rows that a scan returns; an engine reads only the row groups that may hold one.</summary>
/// <param name="Trajectory">One trajectory, or all.</param>
/// <param name="Steps">A range of steps, or all.</param>
/// <param name="Lead">One lead of a table of forecasts, or all.</param>
internal readonly record struct RowFilter(int? Trajectory = null, StepRange? Steps = null, int? Lead = null);
