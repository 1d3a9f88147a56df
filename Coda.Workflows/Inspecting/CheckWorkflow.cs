using Coda.Data.Archives;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Workflows.Progress;

namespace Coda.Workflows.Inspecting;

/// <summary>Verifies an archive, and seals what its runs have finished.</summary>
public static class CheckWorkflow
{
    /// <summary>
    /// Verifies the checksum and every row of an archive's tables, and of each part that an unfinished run has made; where no part is missing, lets the table
    /// appear.
    /// </summary>
    /// <param name="path">The archive's directory.</param>
    /// <param name="progress">Told how it gets on.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ArchiveFormatException">The first fault found.</exception>
    public static CheckOutcome Run(string path, IWorkflowProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(progress);
        var runs = progress.Run("check parts", _ => Runs(path, cancellation));
        var hasTables = ArchiveStores.Holds(path);
        if (hasTables || runs.Count == 0)
        {
            progress.Run("check tables", _ =>
            {
                using var archive = ParquetArchive.Open(path);
                archive.Verify(cancellation);
            });
        }

        return new(path, hasTables, runs);
    }

    private static SortedDictionary<string, RunStatus> Runs(string path, CancellationToken cancellation)
    {
        var runs = new SortedDictionary<string, RunStatus>(StringComparer.Ordinal);
        foreach (var table in new[] { ArchiveTable.Analyses, ArchiveTable.Forecasts })
        {
            if (RunCheck.Check(path, table, cancellation) is { } status)
            {
                runs.Add(table.ToString().ToLowerInvariant(), status);
            }
        }

        return runs;
    }
}
