using Coda.Inference.Sessions;
using Coda.Training.Export;
using Coda.Training.Stages;
using Coda.Workflows.Estimating;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Training;

/// <summary>From an exported model, its parameters estimated once more: the network stays, simulator and tangent model take the new values.</summary>
/// <param name="folder">The model's folder, which is exported anew.</param>
internal sealed class RefineParameters(string folder) : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (parameters, unrefined, errors) = run.OnFirst(first => Refine(first, model));
        return model with { Parameters = parameters, UnrefinedParameters = unrefined, ParameterErrors = errors };
    }

    private Refined Refine(TrainState run, TrainedModel model)
    {
        using var exported = run.Progress.OpenModel(folder);
        var job = new EstimateJob(run.Observations, exported, EstimateJob.StartsOf(exported))
        {
            Trajectories = run.Job.Refine,
            Sigma = run.Sigma,
            Workers = run.Job.Threads,
        };
        var estimates = EstimateWorkflow.Run(job, run.Progress, run.Cancellation).Parameters;
        var parameters = model.Parameters.ToDictionary();
        foreach (var estimate in estimates)
        {
            parameters[estimate.Name] = estimate.Value;
        }

        var refined = new Refined(parameters, estimates.ToDictionary(e => e.Name, e => e.Start), estimates.ToDictionary(e => e.Name, e => e.StandardError));
        ModelExport.Write(
            model with { Parameters = parameters, UnrefinedParameters = refined.Unrefined, ParameterErrors = refined.Errors }, folder, run.Command);
        return refined;
    }

    private sealed record Refined(Dictionary<string, double> Parameters, Dictionary<string, double> Unrefined, Dictionary<string, double> Errors);
}
