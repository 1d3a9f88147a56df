using Coda.Training.Experiments;
using Coda.Training.Natives;
using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>A sequential analysis trained through cycles of the forecast, from nothing or from a model; goes on from its checkpoint.</summary>
internal sealed class TrainCycle : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model)
    {
        var experiment = run.Job.Experiment;
        var states = experiment.Cycle!.Teacher switch
        {
            CycleTeacher.Truth => TruthTeacher.Of(run.Job.Archive, experiment, "cycle.teacher"),
            CycleTeacher.Reanalysis => Reanalysis(run),
            _ => null,
        };
        var stage = new CycleStage(experiment, run.Observations, states, model);
        return run.Train(stage, trained => stage.End(trained, TorchDevice.Require(run.Job.Device)), "train", "cycle", TrainFolder.CycleCheckpoint);
    }

    private static Reanalysis Reanalysis(TrainState run)
    {
        var untaught = run.Job.Experiment.Cycle! with { Teacher = CycleTeacher.Observations };
        _ = new CycleSetup(run.Job.Experiment with { Cycle = untaught, WithholdingFraction = 0.1 }, run.Observations); // faults are told first
        return ReanalysisTeacher.Of(run);
    }
}
