using Coda.Classical.Tuning;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Estimating;

/// <summary>A system's parameters from a short record, without a trained model: a fit by one solution of the system.</summary>
public static class FitWorkflow
{
    /// <summary>Fits a record.</summary>
    /// <param name="job">What, to which.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops it; nothing is written then.</param>
    /// <exception cref="ArgumentException">The system does not go with the observations, or there is nothing to estimate.</exception>
    /// <exception cref="DivergenceException">From no start did a solution stay finite.</exception>
    public static RecordFitResult Run(FitJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        new Faults("estimate").Require(job.Trajectories is null or >= 1, nameof(job.Trajectories), "at least 1", job.Trajectories).ThrowIfAny();
        var description = job.Archive.Description;
        var fit = new RecordFit(job.System, job.Integrator, description.StepLength, job.Options);
        new Faults("estimate")
            .Require(
                job.WritesTo is null || job.Trajectories is null || job.Trajectories >= description.TrajectoryCount, nameof(job.Trajectories),
                $"all {description.TrajectoryCount} where the solution becomes the archive's analyses", job.Trajectories)
            .Require(
                job.KeepsIn is null || fit.CanKeepEstimates, nameof(job.System), "one with an option for each parameter, to keep the estimates in",
                job.System.Name)
            .ThrowIfAny();
        var result = progress.Run("fit the record", state => fit.Run(job.Archive, new AnalysisRequest
        {
            Trajectories = [.. Enumerable.Range(0, Math.Min(job.Trajectories ?? int.MaxValue, description.TrajectoryCount))],
            Workers = job.Workers,
            Progress = new Relay<double>(share => state.Report(new(share))),
            Cancellation = cancellation,
        }));
        EstimateWarnings.AddUndetermined(
            progress.Warnings, result.Parameters, name => $"Give a prior (--prior {name}=MEAN:DEVIATION), or observe more.");

        if (!result.HasSigmaSettled)
        {
            progress.Warnings.Add("unsettled-sigma", FormattableString.Invariant(
                $"The size of the errors: expected passes that come to rest, got {job.Options.SigmaPasses} that did not (sigma {result.Sigma:G4}). ")
                + "Give it with --sigma, or priors for the parameters (--prior).");
        }

        if (result is { Starts: > 1, Agreeing: 1 })
        {
            progress.Warnings.Add(
                "single-minimum", $"Only 1 of {result.Starts} starts ended at the best fit; there may be a better one. Give nearer starts, or more of them "
                + "(--starts).");
        }

        job.KeepsIn?.TakeEstimates(result.System!, result.IsSigmaEstimated ? result.Sigma : null);
        job.WritesTo?.WriteStates(ArchiveTable.Analyses, result.Solution, new TableNote
        {
            LookAhead = checked((int)description.Steps.Count),
            Model = $"fit of {job.System.Name}",
        });
        return result;
    }
}
