using Coda.Data.Archives.Stores;

namespace Coda.Data.Archives.Runs;

/// <summary>Looks at the unfinished runs of an archive.</summary>
public static class RunCheck
{
    /// <summary>Compares every finished part of a table's run with its manifest, checksum included, and seals the table if all are there.</summary>
    /// <param name="path">The archive: a directory, or an address.</param>
    /// <param name="table">The table.</param>
    /// <param name="cancellation">Stops between parts.</param>
    /// <returns>How far the run has come; <see langword="null"/> where there is none.</returns>
    /// <exception cref="ArchiveFormatException">The plan, a manifest or a part is damaged, or a part gone; the message says how to make it anew.</exception>
    public static RunStatus? Check(string path, ArchiveTable table, CancellationToken cancellation = default)
    {
        var store = ArchiveStores.Of(path);
        var folder = new RunFolder(store, table);
        if (folder.ReadPlan() is not { } plan)
        {
            return null;
        }

        var missing = new List<RunPart>();
        foreach (var (part, manifest) in plan.Parts.Zip(folder.ReadManifests(plan, plan.Parts, verifies: true)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (manifest is null)
            {
                missing.Add(part);
            }
        }

        var locks = new RunLocks(store, table);
        using var held = locks.Plan();
        if (folder.ReadPlan() is not { } now || RunFolder.Difference(plan.Origin, now.Origin) is not null)
        {
            return null; // sealed or replaced meanwhile; the tables tell
        }

        if (missing.Count == 0 && RunSeal.Try(store, table, folder, now, held))
        {
            RunSeal.RemoveFolder(store, folder, locks, held);
        }

        return new RunStatus(plan.Parts.Count, missing, plan.Origin);
    }
}
