using Coda.Classical.Tuning;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Estimating;

/// <summary>A system's parameters from the observations of a field, without a trained model: 4D-Var in windows that share the parameters.</summary>
public static class WindowEstimateWorkflow
{
    private const double MostUnsound = 0.5; // of the windows
    private const double MostScatter = 2;   // of the error by curvature

    /// <summary>Estimates parameters.</summary>
    /// <param name="job">Which, from what.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops it; nothing is written then.</param>
    /// <exception cref="ArgumentException">The system or the filter does not go with the observations, or there is nothing to estimate.</exception>
    /// <exception cref="DivergenceException">The filter lost the truth, or no trajectory of the model fits any window.</exception>
    public static WindowEstimates Run(WindowEstimateJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        new Faults("estimate").RequireTrajectories(job.Trajectories).ThrowIfAny();
        var estimation = new WindowEstimation(job.System, job.Options);
        var estimates = progress.Estimate(
            "estimate in windows", job.Archive.Description, job.Trajectories, job.Workers, request => estimation.Estimate(job.Archive, request), cancellation);
        Warn(estimates, job.Options, progress.Warnings);
        EstimateWarnings.AddUndetermined(
            progress.Warnings, estimates.Parameters, _ => "Take more or longer windows, or leave it as it is and estimate the others (--parameters).");
        EstimateWarnings.AddOutOfRange(progress.Warnings, estimates.Parameters, DynamicalSystem.Catalog.Create(job.System).Parameters);
        job.KeepsIn?.TakeEstimates(estimates.System, null);
        return estimates;
    }

    private static void Warn(WindowEstimates estimates, WindowEstimation.Options options, ResultWarnings warnings)
    {
        if (!estimates.HasConverged)
        {
            warnings.Add("unconverged-estimates", $"The estimates: expected passes that come to rest, got {estimates.Passes} of which the last round's did not."
                + " Start nearer, or take shorter windows (--window).");
        }

        if (estimates.Rounds.Count > 1 && estimates.Rounds.Count == options.Rounds
            && estimates.Parameters.Select((p, j) => Math.Abs(p.Value - estimates.Rounds[^2][j]) > p.StandardError).Any(isFar => isFar))
        {
            warnings.Add("unsettled-estimates", $"The estimates: expected a last round that changes them by less than their errors, got more after "
                + $"{options.Rounds}. Start from these (--parameters), or allow more (--rounds).");
        }

        if (estimates.Unsound > MostUnsound * (estimates.Windows + estimates.Unsound))
        {
            warnings.Add("unsound-windows", $"{estimates.Unsound} of {estimates.Windows + estimates.Unsound} windows were left out, as no trajectory of the "
                + "model fits them. Take shorter windows (--window) or a longer start of the record (--margin), or see whether the system is that observed.");
        }

        foreach (var (number, (curvature, scatter)) in estimates.Parameters.Zip(estimates.CurvatureErrors.Zip(estimates.ScatterErrors)))
        {
            if (scatter > MostScatter * curvature)
            {
                warnings.Add("scattered-windows", FormattableString.Invariant(
                    $"{number.Name}: the windows disagree by {scatter / curvature:F1} times what their errors allow; the error told is that of their ")
                    + "disagreement. The model may lack something else.");
            }
        }
    }
}
