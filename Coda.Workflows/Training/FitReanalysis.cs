using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Workflows.Training;

/// <summary>From a model and the states that it made of the training record, or the truth where that is asked for, its network fitted to them; goes on from its
/// checkpoint.</summary>
internal sealed class FitReanalysis : ITrainStage
{
    /// <summary>The member that says whose states these are.</summary>
    public const string Teacher = "reanalysis.teacher";

    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model)
    {
        ArgumentNullException.ThrowIfNull(model);
        run.OnFirst(first => File.Delete(first.At(ModelFolder.Card))); // of an earlier run; until this one ends, the folder is no model
        var reanalysis = run.Job.Experiment.Reanalysis!.Teacher == StateTeacher.Truth
            ? TruthTeacher.Of(run.Job.Archive, run.Job.Experiment, Teacher) : Kept(run, model);
        var fitted = run.Train(
            new ReanalysisStage(run.Job.Experiment, run.Observations, model, reanalysis), "fit the reanalysis", "reanalysis", TrainFolder.ReanalysisCheckpoint);
        return fitted with { UnrefinedParameters = model.UnrefinedParameters, ParameterErrors = model.ParameterErrors };
    }

    // What was made of the record by the stage before.
    private static Reanalysis Kept(TrainState run, TrainedModel model)
    {
        var unsound = CodaJson.Read<ReanalysisNote>(run.At(TrainFolder.Note)).Unsound;
        using var states = ParquetArchive.Open(run.At(TrainFolder.Reanalysis), verifies: run.Job.Archive.Verifies);
        return new Reanalysis(
            run.Job.Archive.Description, model.Context.Layout.Size,
            states.ReadStates(ArchiveTable.Analyses).Select(block => block.ToWorking(model.Context.Layout)),
            [
                .. unsound.Select(stretch => (stretch.Trajectory, stretch.Steps)),
                .. ReanalysisTeacher.SpinUps(run.Job.Archive.Description, run.Job.Experiment.Reanalysis!.SpinUpSteps),
            ]);
    }
}
