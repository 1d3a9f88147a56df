using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>An auto-encoder of states trained on those of a reanalysis, from nothing or from a model; goes on from its checkpoint.</summary>
internal sealed class TrainAutoEncoder : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model)
    {
        var experiment = run.Job.Experiment;
        AutoEncoderStage.Require(experiment, run.Observations); // before its states are made
        var states = experiment.AutoEncoder!.Teacher == StateTeacher.Truth
            ? TruthTeacher.Of(run.Job.Archive, experiment, "autoEncoder.teacher") : ReanalysisTeacher.Of(run, experiment.AutoEncoder.SpinUpSteps);
        var stage = new AutoEncoderStage(experiment, run.Observations, states, model);
        return run.Train(stage, stage.End, "train", "auto-encoder", TrainFolder.AutoEncoderCheckpoint);
    }
}
