using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Coda.Training.Stages;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Training;

/// <summary>From an exported model, the states of the training record, as its polish, or another method with it, makes them of the observations.</summary>
/// <param name="teacher">The model's folder.</param>
/// <param name="before">What makes that folder; run only where no states of an earlier run are there.</param>
internal sealed class MakeReanalysis(string teacher, IReadOnlyList<ITrainStage> before) : ITrainStage
{
    /// <inheritdoc/>
    public TrainedModel Run(TrainState run, TrainedModel? model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var note = run.OnFirst(first => Note(first, model));
        if (note.Unsound.Count > 0)
        {
            run.Progress.Warnings.Add(
                "unsound-stretches",
                FormattableString.Invariant($"{note.Unsound.Count:N0} stretches of the reanalysis did not converge; no state of theirs is fitted. ")
                + "Where that is many, the model errs by more than the method's model error variance says.");
        }

        return model with { Parameters = note.Parameters, UnrefinedParameters = note.UnrefinedParameters, ParameterErrors = note.ParameterErrors };
    }

    // That of an earlier run, where it is of this one.
    private ReanalysisNote Note(TrainState run, TrainedModel model)
    {
        File.Delete(run.At(ModelFolder.Card)); // of an earlier run; until this one ends, the folder is no model
        var origin = run.Job.From is { } from ? Path.Combine(from, ModelFolder.Card) : run.At(TrainFolder.Checkpoint);
        var fit = run.Job.Experiment.Reanalysis!;
        var wanted = new ReanalysisNote(ModelFolder.Hash(origin), run.Job.Refine, fit.ModelErrorVariance) { Method = fit.Method };
        var path = run.At(TrainFolder.Note);
        return File.Exists(path) && CodaJson.Read<ReanalysisNote>(path) is { } found && found.IsOf(wanted) ? found : Reanalyze(run, model, wanted);
    }

    // IsRestarted where an earlier run did not come to its end: what did not converge is known only then.
    private ReanalysisNote Reanalyze(TrainState run, TrainedModel model, ReanalysisNote wanted)
    {
        File.Delete(run.At(TrainFolder.Note));
        File.Delete(run.At(TrainFolder.ReanalysisCheckpoint)); // of another reanalysis
        foreach (var stage in before)
        {
            model = stage.Run(run, model);
        }

        using var exported = run.Progress.OpenModel(teacher);
        var (method, isUsed) = ReanalysisMethod.Of(run, model);
        var job = new AnalyzeJob(method, run.Job.Archive)
        {
            Model = isUsed ? exported : null,
            GrossCheck = run.Job.GrossCheck,
            Output = run.At(TrainFolder.Reanalysis),
            Workers = run.Job.Threads,
            Provenance = run.Job.Command,
            IsRestarted = true,
        };
        var outcome = AnalyzeWorkflow.Run(job, new ProgressAside(run.Progress), run.Cancellation);
        var note = wanted with
        {
            Parameters = model.Parameters.ToDictionary(),
            UnrefinedParameters = model.UnrefinedParameters.ToDictionary(),
            ParameterErrors = model.ParameterErrors.ToDictionary(),
            Unsound = [.. outcome.Unsound.Select(report => new ReanalysisNote.UnsoundStretch(report.Trajectory, report.Steps))],
        };
        CodaJson.WriteWithDigest(run.At(TrainFolder.Note), note);
        return note;
    }
}
