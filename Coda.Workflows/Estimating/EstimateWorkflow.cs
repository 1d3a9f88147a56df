using Coda.Classical.Tuning;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Estimating;

/// <summary>A simulator's parameters, from observations and a trained model's analyses of them: Gauss-Newton passes over states and parameters at
/// once.</summary>
public static class EstimateWorkflow
{
    /// <summary>Estimates parameters.</summary>
    /// <param name="job">Which, from what.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops it; nothing is written in any case.</param>
    /// <exception cref="ArgumentException">The model has a correction, or there is no parameter to estimate.</exception>
    public static ParameterEstimates Run(EstimateJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var card = job.Model.Card;
        new Faults("estimate")
            .Require(card.Correction is null, nameof(card.Correction), "a model without a correction, whose simulator is all of its physics",
                card.Correction?.Name)
            .Require(job.Starts.Count > 0, nameof(job.Starts), "at least one parameter (name it with --parameters)", "none")
            .RequireTrajectories(job.Trajectories)
            .ThrowIfAny();
        var context = new AnalysisContext(job.Archive, job.Model);
        var options = new ParameterEstimation.Options { Parameters = job.Starts, Sigma = job.Sigma };
        var estimation = new ParameterEstimation(context, card.System, card.Integrator, new NetworkMethod(context, new()), options);
        var estimates = progress.Estimate(
            "estimate parameters", job.Archive.Description, job.Trajectories, job.Workers, request => estimation.Estimate(job.Archive, request), cancellation);
        if (estimates is { Unsound: > 0 and var unsound, Stretches: var sound })
        {
            progress.Warnings.Add("unsound-stretches", $"{StretchWarnings.Of(unsound, unsound + sound)} stretches did not converge and were left out.");
        }

        EstimateWarnings.AddUndetermined(
            progress.Warnings, estimates.Parameters, _ => "Observe more, or leave it as it is and estimate the others (--parameters).");
        EstimateWarnings.AddOutOfRange(progress.Warnings, estimates.Parameters, DynamicalSystem.Catalog.Create(card.System).Parameters);

        return estimates;
    }
}
