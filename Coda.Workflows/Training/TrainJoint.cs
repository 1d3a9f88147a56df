using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>From nothing, network, parameters and correction trained jointly; goes on from its checkpoint.</summary>
internal sealed class TrainJoint : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model) =>
        run.Train(new JointStage(run.Job.Experiment, run.Observations), "train", TrainFolder.Checkpoint);
}
