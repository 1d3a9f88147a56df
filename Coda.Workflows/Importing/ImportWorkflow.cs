using Coda.Data.Archives.Import;
using Coda.Data.Archives.Stored;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Importing;

/// <summary>A user's own observations, from CSV or Parquet files into an archive.</summary>
public static class ImportWorkflow
{
    /// <summary>Writes the archive, whole or not at all.</summary>
    /// <param name="job">What to import, to where.</param>
    /// <param name="progress">Told how it gets on, and of values that may not be what they seem.</param>
    /// <param name="cancellation">Stops it; then nothing is written.</param>
    /// <exception cref="ArgumentException">Options contradict each other or the files, or <see cref="ImportJob.SitesOf"/> has sites that are no entries of
    /// the state.</exception>
    /// <exception cref="InvalidDataException">A file's content is not what it should be; the message names file and row.</exception>
    /// <exception cref="IOException">A file cannot be read, or there is an archive already, or something else.</exception>
    public static ImportOutcome Run(ImportJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var options = Resolved(job) with { Warnings = progress.Warnings };
        ImportReport? report = null;
        ArchiveFiles.Make(job.Output, job.Overwrite, partial => report = progress.Run(
            "import", state => ObservationImport.Run(partial, options, new Relay<string>(what => state.Report(new(double.NaN, what))), cancellation)));
        using var archive = ParquetArchive.Open(job.Output);
        return new(job.Output, report!, archive.Description.Sites());
    }

    // The layout is that of the sites' source, or of the system.
    private static ImportOptions Resolved(ImportJob job)
    {
        var options = job.Options;
        if (job.SitesOf is { } path)
        {
            new Faults("import")
                .Require(options.SiteNames is null, nameof(options.SiteNames), $"none beside {nameof(job.SitesOf)}", options.SiteNames?.Count)
                .Require(options.Locations is null, nameof(options.Locations), $"none beside {nameof(job.SitesOf)}", options.Locations?.Count)
                .Require(options.System is null, nameof(options.System), $"none beside {nameof(job.SitesOf)}", options.System?.Name)
                .ThrowIfAny();
            var source = SiteSource.Of(path);
            options = options with { System = source.System, SiteNames = source.Sites.Names, Layout = source.Sites.Layout, Locations = source.Locations };
        }

        return options.Layout is null && options.System is { } system ? options with { Layout = DynamicalSystem.Catalog.Create(system).Layout } : options;
    }
}
