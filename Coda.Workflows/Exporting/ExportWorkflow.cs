using Coda.Data.Archives.Export;
using Coda.Data.Archives.Stored;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Exporting;

/// <summary>Observations and results out of an archive, into files that other programs read.</summary>
public static class ExportWorkflow
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="job">What to write, and where.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops it; then nothing is written.</param>
    /// <exception cref="ArgumentException">No format of that name, or one that cannot say what the table holds.</exception>
    /// <exception cref="InvalidDataException">There is no such table, or the archive is damaged.</exception>
    /// <exception cref="IOException">The disk has no room, or the file cannot be written.</exception>
    public static ExportOutcome Run(ExportJob job, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(progress);
        var format = job.Format ?? FormatOf(job.Output);
        using var archive = ParquetArchive.Open(job.Archive, verifies: job.Verifies);
        var report = progress.Run("export", state => TableExport.Run(
            archive, job.Table, job.Output, format, new Relay<double>(share => state.Report(new(share))), cancellation));
        return new(job.Output, report, BytesOf(job.Output));
    }

    private static long BytesOf(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) : new FileInfo(path).Length;

    private static ExportFormat FormatOf(string path) => Path.GetExtension(Path.TrimEndingDirectorySeparator(path)).ToLowerInvariant() switch
    {
        ".csv" => ExportFormat.Csv,
        ".parquet" or ".pq" => ExportFormat.Parquet,
        ".nc" or ".cdf" => ExportFormat.NetCdf,
        ".zarr" => ExportFormat.Zarr,
        var other => throw new ArgumentException(
            $"{path}: expected a name that ends in .csv, .parquet, .nc or .zarr, got '{other}'. Name it so, or say what to write with --format."),
    };
}
