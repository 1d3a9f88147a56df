using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>From a model and the states that it made of the training record, its network fitted to them; goes on from its checkpoint.</summary>
internal sealed class FitReanalysis : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var unsound = CodaJson.Read<ReanalysisNote>(run.At(TrainFolder.Note)).Unsound;
        Reanalysis reanalysis;
        using (var states = ParquetArchive.Open(run.At(TrainFolder.Reanalysis), verifies: run.Job.Archive.Verifies))
        {
            reanalysis = new Reanalysis(
                run.Job.Archive.Description, model.Context.Layout.Size,
                states.ReadStates(ArchiveTable.Analyses).Select(block => block.ToWorking(model.Context.Layout)),
                [
                    .. unsound.Select(stretch => (stretch.Trajectory, stretch.Steps)),
                    .. ReanalysisTeacher.SpinUps(run.Job.Archive.Description, run.Job.Experiment.Reanalysis!.SpinUpSteps),
                ]);
        }

        var fitted = run.Train(
            new ReanalysisStage(run.Job.Experiment, run.Observations, model, reanalysis), "fit the reanalysis", "reanalysis", TrainFolder.ReanalysisCheckpoint);
        return fitted with { UnrefinedParameters = model.UnrefinedParameters, ParameterErrors = model.ParameterErrors };
    }
}
