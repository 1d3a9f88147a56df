using Coda.Training.Export;
using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>In place of the joint stage, a model that was trained before.</summary>
/// <param name="folder">The model's folder.</param>
internal sealed class StartFromModel(string folder) : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model) => ModelWeights.Read(folder, run.Job.Experiment, run.Job.Archive.Description);
}
