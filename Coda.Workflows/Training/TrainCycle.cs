using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Stages;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Progress;

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
            CycleTeacher.Truth => TruthTeacher.Of(run.Job.Archive, experiment),
            CycleTeacher.Reanalysis => Reanalysis(run),
            _ => null,
        };
        var stage = new CycleStage(experiment, run.Observations, states, model);
        return run.Train(stage, stage.End, "train", "cycle", TrainFolder.CycleCheckpoint);
    }

    // States of an earlier run are taken where they are whole and came from the same method and observations: the analysis itself sees to that.
    private static Reanalysis Reanalysis(TrainState run)
    {
        var untaught = run.Job.Experiment.Cycle! with { Teacher = CycleTeacher.Observations, Method = null };
        _ = new CycleSetup(run.Job.Experiment with { Cycle = untaught, WithholdingFraction = 0.1 }, run.Observations); // faults are told first
        var method = ReanalysisMethod.OfCycle(run.Job.Experiment, run.Sigma);
        var (path, layout) = (run.At(TrainFolder.Reanalysis), LayoutOf(run.Job.Experiment));
        var wanted = new ReanalysisNote("", 0, null) { Method = method };
        var note = run.At(TrainFolder.Note);
        var found = File.Exists(note) && CodaJson.Read<ReanalysisNote>(note) is { } earlier && earlier.IsOf(wanted) ? earlier : null;
        if (found is null)
        {
            File.Delete(note);
            var outcome = AnalyzeWorkflow.Run(
                new AnalyzeJob(method, run.Job.Archive)
                {
                    GrossCheck = run.Job.GrossCheck, Output = path, Workers = run.Job.Threads, Provenance = run.Job.Command, IsRestarted = true,
                },
                new ProgressAside(run.Progress), run.Cancellation);
            found = wanted with { Unsound = [.. outcome.Unsound.Select(s => new ReanalysisNote.UnsoundStretch(s.Trajectory, s.Steps))] };
            CodaJson.WriteWithDigest(note, found);
        }

        if (found.Unsound.Count > 0)
        {
            run.Progress.Warnings.Add(
                "unsound-stretches", FormattableString.Invariant($"{found.Unsound.Count:N0} stretches of the reanalysis did not converge; no state of theirs ")
                + "is fitted. Where that is many, the model errs by more than the method's model error variance says.");
        }

        using var states = ParquetArchive.Open(path, verifies: run.Job.Archive.Verifies);
        return new Reanalysis(
            run.Job.Archive.Description, layout.Size, states.ReadStates(ArchiveTable.Analyses).Select(block => block.ToWorking(layout)),
            found.Unsound.Select(stretch => (stretch.Trajectory, stretch.Steps)));
    }

    private static StateLayout LayoutOf(Experiment experiment) =>
        DynamicalSystem.Catalog.Create(experiment.System).Layout;
}
