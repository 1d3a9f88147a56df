using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Simulating;

/// <summary>A twin experiment: a simulated truth and noisy, incomplete observations of it, into an archive.</summary>
public static class SimulateWorkflow
{
    /// <summary>Writes the archive, whole or not at all.</summary>
    /// <param name="job">What to simulate, to where.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops between steps; then nothing is written.</param>
    /// <exception cref="ArgumentException">The experiment makes no sense; all faults at once.</exception>
    /// <exception cref="Data.Dynamics.DivergenceException">The simulation left the range of finite numbers.</exception>
    /// <exception cref="IOException">There is an archive already, or something else; or the disk has no room for it.</exception>
    public static SimulateOutcome Run(SimulateJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        ArchiveFiles.Make(job.Output, job.Overwrite, partial => Write(job, partial, progress, cancellation));
        using var archive = ParquetArchive.Open(job.Output);
        return new(job.Output, job.Experiment, archive.RowCount(ArchiveTable.Observations), archive.RowCount(ArchiveTable.Truth), archive.Description);
    }

    private static void Write(SimulateJob job, string path, IWorkflowProgress progress, CancellationToken cancellation)
    {
        var description = job.Experiment.Describe($"{job.Provenance} (twin experiment)".TrimStart());
        if (job.HasTruth)
        {
            DiskRoom.Require(path, "The truth", RecordRange.Whole(description), description.Layout.Size);
        }

        using var archive = ParquetArchive.Create(path, description);
        if (description.Forcing is not null)
        {
            archive.WriteStates(ArchiveTable.Forcing, job.Experiment.ForcingRows(job.ForcingAfter));
        }

        if (job.HasTruth)
        {
            progress.Run("simulate the truth", state => archive.WriteStates(ArchiveTable.Truth, job.Experiment.Truth(Share(state), cancellation)));
        }

        progress.Run("observe", state => archive.WriteObservations(job.Experiment.Observations(Share(state), cancellation)));
    }

    private static Relay<double> Share(IProgress<PhaseState> state) => new(share => state.Report(new(share)));
}
