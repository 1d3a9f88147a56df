using Coda.Data.Time;

namespace Coda.Data.Archives.Import;

/// <summary>What is known once every row has its step.</summary>
/// <param name="Rows">The rows with a value.</param>
/// <param name="OffStep">Those further from a step than the tolerance.</param>
/// <param name="Steps">From the first step to the last.</param>
/// <param name="TrajectoryCount">The largest trajectory plus 1.</param>
/// <param name="LargestSite">The largest index of a site.</param>
/// <param name="SitesObserved">The number of different sites.</param>
/// <param name="Origin">What step 0 stands for.</param>
internal sealed record ImportedTime(
    long Rows, long OffStep, StepRange Steps, int TrajectoryCount, int LargestSite, int SitesObserved, string Origin);
