using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>A stage of a training. What it makes lies in the model's folder, so that a run that was stopped goes on from there to the same bits.</summary>
internal interface ITrainStage
{
    /// <summary>Runs the stage.</summary>
    /// <param name="run">What the stages of one training share.</param>
    /// <param name="model">The model that the stage before left; <see langword="null"/> for the first.</param>
    /// <returns>The model that it leaves.</returns>
    TrainedModel Run(TrainState run, TrainedModel? model);
}
