using Coda.Classical.Tuning;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Estimating;

/// <summary>A system's parameters from observations, without a trained model: those at which a filter's innovations are likeliest.</summary>
public static class LikelihoodEstimateWorkflow
{
    private const double MostLost = 0.1; // of the windows

    /// <summary>Estimates parameters.</summary>
    /// <param name="job">Which, from what.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops it; nothing is written then.</param>
    /// <exception cref="ArgumentException">The system does not go with the observations, or there is nothing to estimate.</exception>
    /// <exception cref="DivergenceException">The filter does not stay finite at the start.</exception>
    public static LikelihoodEstimates Run(LikelihoodEstimateJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        new Faults("estimate").RequireTrajectories(job.Trajectories).ThrowIfAny();
        var estimation = new LikelihoodEstimation(job.System, job.Options);
        var estimates = progress.Estimate(
            "estimate by likelihood", job.Archive.Description, job.Trajectories, job.Workers, request => estimation.Estimate(job.Archive, request),
            cancellation);
        Warn(estimates, progress.Warnings);
        EstimateWarnings.AddUndetermined(
            progress.Warnings, estimates.Parameters, _ => "Take more windows, or leave it as it is and estimate the others (--parameters).");
        EstimateWarnings.AddOutOfRange(progress.Warnings, estimates.Parameters, DynamicalSystem.Catalog.Create(job.System).Parameters);
        job.KeepsIn?.TakeEstimates(estimates.System, null);
        return estimates;
    }

    private static void Warn(LikelihoodEstimates estimates, ResultWarnings warnings)
    {
        if (!estimates.HasConverged)
        {
            warnings.Add("unconverged-estimates", $"The estimates: expected passes that come to rest, got {estimates.Course.Count - 1} that did not. "
                + "Start from these (--parameters), or take more windows.");
        }

        if (estimates.Lost > MostLost * estimates.Windows)
        {
            warnings.Add("lost-windows", $"In {estimates.Lost} of {estimates.Windows} windows the filter loses the truth, and they were left out. Take shorter "
                + "windows (--window), start nearer, or start from a larger error of the model (--model-error).");
        }
    }
}
