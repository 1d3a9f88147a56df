using Coda.Data.Archives;
using Coda.Data.Archives.Export;

namespace Coda.Workflows.Exporting;

/// <summary>A table of an archive to write for other programs.</summary>
/// <param name="Archive">The archive's directory.</param>
/// <param name="Table">The table.</param>
/// <param name="Output">The file to create or replace; of Zarr, a folder that is not there.</param>
public sealed record ExportJob(string Archive, ArchiveTable Table, string Output)
{
    /// <summary>What to write; by default as the file's name ends: .csv, .parquet, .nc or .zarr.</summary>
    public ExportFormat? Format { get; init; }

    /// <summary>Whether each part is compared with its checksum when it is first read.</summary>
    public bool Verifies { get; init; } = true;
}
