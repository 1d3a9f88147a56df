using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Simulating;

/// <summary>A record on the grid of another model of the same domain, such as a coarser one, whose analyses are then scored at its own points.</summary>
public static class RegridWorkflow
{
    private const int StepsAtOnce = 64;

    /// <summary>Writes the archive, whole or not at all.</summary>
    /// <param name="job">Which record, for which model.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops between steps; then nothing is written.</param>
    /// <exception cref="ArgumentException">The model has other fields or another domain, or the record's observations lie at no positions.</exception>
    /// <exception cref="IOException">There is an archive already, or something else; or the disk has no room for it.</exception>
    public static RegridOutcome Run(RegridJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        if (ArchiveStores.PlaceOf(job.Output) == job.Archive.Path)
        {
            throw new ArgumentException($"--output: expected another folder than the record's, got '{job.Output}' for both.");
        }

        var (record, provenance) = (job.Archive.Description, $"{job.Provenance} (from: {job.Archive.Description.Provenance})");
        var regridding = new Regridding(record, job.System, provenance.TrimStart());
        ArchiveFiles.Make(job.Output, job.Overwrite, partial => Write(job.Archive, regridding, partial, progress, cancellation));
        using var archive = ParquetArchive.Open(job.Output);
        return new(
            job.Output, archive.RowCount(ArchiveTable.Observations), archive.RowCount(ArchiveTable.Truth), regridding.IsCoincident, archive.Description);
    }

    private static void Write(ParquetArchive record, Regridding regridding, string path, IWorkflowProgress progress, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Create(path, regridding.Description);
        if (record.Description.Forcing is not null)
        {
            archive.WriteStates(ArchiveTable.Forcing, record.ReadStates(ArchiveTable.Forcing));
        }

        if (record.HasTable(ArchiveTable.Truth))
        {
            progress.Run("truth", _ => archive.WriteStates(ArchiveTable.Truth, record.ReadStates(ArchiveTable.Truth).Select(block =>
            {
                cancellation.ThrowIfCancellationRequested();
                return regridding.Truth(block);
            })));
        }

        progress.Run("observations", _ => archive.WriteObservations(record.ReadStretches(StepsAtOnce, 0, ObservationSubset.All).Select(stretch =>
        {
            cancellation.ThrowIfCancellationRequested();
            return stretch;
        })));
    }
}
