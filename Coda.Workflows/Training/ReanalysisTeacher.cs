using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Training.Stages;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Training;

/// <summary>The states that a smoother makes of the training record with the experiment's system as it stands, as what a network is fitted to.</summary>
internal static class ReanalysisTeacher
{
    /// <summary>Makes the states; those of an earlier run are taken where they are whole and came from the same method and observations.</summary>
    /// <param name="run">The training.</param>
    /// <param name="spinUpSteps">The steps at the start of every trajectory of which no state is fitted.</param>
    public static Reanalysis Of(TrainState run, int spinUpSteps = 0)
    {
        ArgumentNullException.ThrowIfNull(run);
        var method = ReanalysisMethod.OfSystem(run.Job.Experiment, run.Sigma);
        var (path, layout) = (run.At(TrainFolder.Reanalysis), DynamicalSystem.Catalog.Create(run.Job.Experiment.System).Layout);
        var found = run.OnFirst(first => Note(first, method, path));
        if (found.Unsound.Count > 0)
        {
            run.Progress.Warnings.Add(
                "unsound-stretches", FormattableString.Invariant($"{found.Unsound.Count:N0} stretches of the reanalysis did not converge; no state of theirs ")
                + "is fitted. Where that is many, the model errs by more than the method's model error variance says.");
        }

        using var states = ParquetArchive.Open(path, verifies: run.Job.Archive.Verifies);
        return new Reanalysis(
            run.Job.Archive.Description, layout.Size, states.ReadStates(ArchiveTable.Analyses).Select(block => block.ToWorking(layout)),
            [.. found.Unsound.Select(stretch => (stretch.Trajectory, stretch.Steps)), .. SpinUps(run.Job.Archive.Description, spinUpSteps)]);
    }

    // That of an earlier run, where it is of this one.
    private static ReanalysisNote Note(TrainState run, Component method, string path)
    {
        var wanted = new ReanalysisNote(run.Job.Archive.Description.DigestOf(ArchiveTable.Observations), 0, null) { Method = method };
        var note = run.At(TrainFolder.Note);
        if (File.Exists(note) && CodaJson.Read<ReanalysisNote>(note) is { } earlier && earlier.IsOf(wanted))
        {
            return earlier;
        }

        File.Delete(note);
        var outcome = AnalyzeWorkflow.Run(
            new AnalyzeJob(method, run.Job.Archive)
            {
                GrossCheck = run.Job.GrossCheck, Output = path, Workers = run.Job.Threads, Provenance = run.Job.Command, IsRestarted = true,
            },
            new ProgressAside(run.Progress), run.Cancellation);
        var made = wanted with { Unsound = [.. outcome.Unsound.Select(s => new ReanalysisNote.UnsoundStretch(s.Trajectory, s.Steps))] };
        CodaJson.WriteWithDigest(note, made);
        return made;
    }

    /// <summary>Where a method from a cold start has not found the truth.</summary>
    /// <param name="archive">The record.</param>
    /// <param name="count">The steps at the start of every trajectory.</param>
    public static IEnumerable<(int Trajectory, StepRange Steps)> SpinUps(ArchiveDescription archive, int count)
    {
        var steps = new StepRange(archive.Steps.Start, archive.Steps.Start + Math.Min(count, archive.Steps.Count));
        return count == 0 ? [] : Enumerable.Range(0, archive.TrajectoryCount).Select(trajectory => (trajectory, steps));
    }
}
