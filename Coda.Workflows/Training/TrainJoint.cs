using Coda.Data.Dynamics;
using Coda.Training.Experiments;
using Coda.Training.Optimization;
using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>Network, parameters and correction trained jointly, from nothing or from a model; goes on from its checkpoint.</summary>
/// <remarks>What diverges goes on from its last checkpoint with rollouts half as long, down to a single step: rollouts that blow up are the most common cause,
/// and the only one that can be tried without anybody's judgement.</remarks>
internal sealed class TrainJoint : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model)
    {
        var wanted = run.Job.Experiment;
        for (var experiment = Begun(run, wanted); ; experiment = experiment with { RolloutLength = experiment.RolloutLength / 2 })
        {
            try
            {
                var isShortened = experiment.RolloutLength < wanted.RolloutLength;
                var stage = new JointStage(experiment, run.Observations, model) { ShortenedFrom = isShortened ? wanted.RolloutLength : null };
                var trained = run.Train(stage, "train", "joint", TrainFolder.Checkpoint);
                if (isShortened)
                {
                    run.Progress.Warnings.Add(
                        "shorter-rollouts",
                        $"Rollouts of {wanted.RolloutLength} steps diverged; the model was trained with rollouts of {experiment.RolloutLength}.");
                }

                return trained;
            }
            catch (DivergenceException fault) when (experiment.RolloutLength > 1)
            {
                var what = fault.Message.Split(". ")[0];
                run.Progress.Say($"{what}. Trying rollouts of {experiment.RolloutLength / 2} steps in place of {experiment.RolloutLength}.");
            }
        }
    }

    // A run that was stopped after it took to shorter rollouts goes on with these.
    private static Experiment Begun(TrainState run, Experiment wanted)
    {
        var path = run.At(TrainFolder.Checkpoint);
        return File.Exists(path) && RolloutStage.ShortenedTo(Checkpoint.Read(path).Checkpoint.Identity, wanted.RolloutLength) is { } length
            ? wanted with { RolloutLength = length }
            : wanted;
    }
}
