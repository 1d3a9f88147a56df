using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Natives;
using Coda.Training.Stages;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Training;

/// <summary>A model from an archive's observations, stage by stage; the same job goes on where a run was stopped, to the same bits.</summary>
public static class TrainWorkflow
{
    /// <summary>Trains and exports.</summary>
    /// <param name="job">What, from what, to where.</param>
    /// <param name="progress">Told how it gets on, and what makes the model doubtful.</param>
    /// <param name="cancellation">Stops it; a checkpoint holds the step under way.</param>
    /// <returns>The card of the model.</returns>
    /// <exception cref="ArgumentException">Experiment, archive, device and start do not go together, or the scheme is unstable at the archive's
    /// step.</exception>
    /// <exception cref="InvalidDataException">The archive or what an earlier run left is damaged, or of another experiment.</exception>
    /// <exception cref="ModelMismatchException">The model to start from is of other physics or other sites.</exception>
    /// <exception cref="IOException">Another process writes the model, or the folder cannot be written.</exception>
    /// <exception cref="Data.Dynamics.DivergenceException">A loss or a gradient was not finite; the last good checkpoint is kept.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ModelCard Run(TrainJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        job.Check();
        var (experiment, stepLength) = (job.Experiment, job.Archive.Description.StepLength);
        new Simulator(DynamicalSystem.Catalog.Create(experiment.System), Integrator.Catalog.Create(experiment.Integrator), stepLength).RequireStable();
        TorchDevice.Require(job.Device);
        if (TruthTeacher.AskedBy(experiment) is { } option)
        {
            TruthTeacher.Require(job.Archive, option);
        }

        if (job.Ranks.Rank == 0)
        {
            using var held = ModelLock.Take(job.Folder);
            TrainFolder.RemoveLeft(job.Folder);
            return Train(job, progress, cancellation);
        }

        return Train(job, new SilentProgress(), cancellation); // rank 0 speaks, and holds the lock until all are done
    }

    private static ModelCard Train(TrainJob job, IWorkflowProgress progress, CancellationToken cancellation)
    {
        if (job is { IsRestarted: true, Ranks.Rank: 0 })
        {
            TrainFolder.Forget(job.Folder);
        }

        job.Ranks.Meet();
        TrainPlan.Say(job, progress);
        if (job is { Refine: 0, From: null, Experiment: { Reanalysis.Teacher: StateTeacher.Reanalysis, Parameters.Count: > 0, Correction: null } })
        {
            progress.Say(
                "The reanalysis will take the parameters as the joint stage leaves them, a little off; --refine 100 would estimate them once more before it.");
        }

        using var run = new TrainState(job, progress, cancellation);
        TrainedModel? model = null;
        foreach (var stage in Stages(job, run))
        {
            model = stage.Run(run, model);
        }

        job.Ranks.Meet();
        return ModelFolder.ReadCard(job.Folder);
    }

    private static IEnumerable<ITrainStage> Stages(TrainJob job, TrainState run)
    {
        IReadOnlyList<ITrainStage> Exported(string folder) =>
            job.Refine > 0 ? [new ExportModel(folder), new RefineParameters(folder)] : [new ExportModel(folder)];

        var joint = run.At(TrainFolder.Joint);
        return job switch
        {
            { Experiment.Emulator: not null, From: { } from } => [new StartFromModel(from), new TrainEmulator(), new ExportModel(job.Folder)],
            { Experiment.Emulator: not null } => [new TrainEmulator(), new ExportModel(job.Folder)],
            { Experiment.AutoEncoder: not null, From: { } from } => [new StartFromModel(from), new TrainAutoEncoder(), new ExportModel(job.Folder)],
            { Experiment.AutoEncoder: not null } => [new TrainAutoEncoder(), new ExportModel(job.Folder)],
            { Experiment.Score: not null, From: { } from } => [new StartFromModel(from), new TrainScore(), new ExportModel(job.Folder)],
            { Experiment.Score: not null } => [new TrainScore(), new ExportModel(job.Folder)],
            { Experiment.Cycle: not null, From: { } from } => [new StartFromModel(from), new TrainCycle(), new ExportModel(job.Folder)],
            { Experiment.Cycle: not null } => [new TrainCycle(), new ExportModel(job.Folder)],
            { Experiment.Reanalysis: null, From: { } from } => [new StartFromModel(from), new TrainJoint(), .. Exported(job.Folder)],
            { Experiment.Reanalysis: null } => [new TrainJoint(), .. Exported(job.Folder)],
            { Experiment.Reanalysis.Teacher: StateTeacher.Truth, From: { } from } =>
                [new StartFromModel(from), new FitReanalysis(), new ExportModel(job.Folder)],
            { Experiment.Reanalysis.Teacher: StateTeacher.Truth } => [new TrainJoint(), new FitReanalysis(), new ExportModel(job.Folder)],
            { From: { } from } => [new StartFromModel(from), new MakeReanalysis(from, []), new FitReanalysis(), new ExportModel(job.Folder)],
            _ => [new TrainJoint(), new MakeReanalysis(joint, Exported(joint)), new FitReanalysis(), new ExportModel(job.Folder)],
        };
    }
}
