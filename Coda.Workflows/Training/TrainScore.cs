using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>A score of trajectories trained on those of a reanalysis, from nothing or from a model; goes on from its checkpoint.</summary>
internal sealed class TrainScore : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model)
    {
        var experiment = run.Job.Experiment;
        ScoreStage.Require(experiment, run.Observations); // before its states are made
        var states = experiment.Score!.Teacher == StateTeacher.Truth
            ? TruthTeacher.Of(run.Job.Archive, experiment, "score.teacher") : ReanalysisTeacher.Of(run, experiment.Score.SpinUpSteps);
        var stage = new ScoreStage(experiment, run.Observations, states, model);
        return run.Train(stage, stage.End, "train", "score", TrainFolder.ScoreCheckpoint);
    }
}
