using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Estimating;

/// <summary>What estimates ask of an archive's first trajectories.</summary>
internal static class EstimateRequest
{
    /// <summary>Refuses a number of trajectories that none is.</summary>
    /// <param name="faults">What was found so far.</param>
    /// <param name="trajectories">The number of the archive's first trajectories to take; all by default.</param>
    public static Faults RequireTrajectories(this Faults faults, int? trajectories) =>
        faults.Require(trajectories is null or >= 1, "Trajectories", "at least 1", trajectories);

    /// <summary>Estimates as a phase of the work.</summary>
    /// <param name="progress">Told how it gets on, and what makes estimates doubtful.</param>
    /// <param name="title">The phase.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="trajectories">The number of the archive's first trajectories to take; all by default.</param>
    /// <param name="workers">The number of workers; 0 for one on each core.</param>
    /// <param name="estimate">Estimates.</param>
    /// <param name="cancellation">Stops it.</param>
    public static T Estimate<T>(
        this IWorkflowProgress progress, string title, ArchiveDescription archive, int? trajectories, int workers, Func<AnalysisRequest, T> estimate,
        CancellationToken cancellation) => progress.Run(title, state => estimate(new AnalysisRequest
        {
            Trajectories = [.. Enumerable.Range(0, Math.Min(trajectories ?? int.MaxValue, archive.TrajectoryCount))],
            Workers = workers,
            Warnings = progress.Warnings,
            NameOf = archive.NameOf,
            Progress = new Relay<double>(share => state.Report(new(share))),
            Cancellation = cancellation,
        }));
}
