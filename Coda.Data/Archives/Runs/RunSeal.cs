using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Tables;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>Ends a run: by letting <c>archive.json</c> name its parts, or by throwing it away. Under the plan's lock.</summary>
internal static class RunSeal
{
    /// <summary>Seals the table if all parts are there.</summary>
    /// <param name="root">The archive's directory.</param>
    /// <param name="table">The table.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="plan">The run's plan.</param>
    /// <returns>Whether it was sealed.</returns>
    /// <exception cref="ArchiveFormatException">A manifest is damaged, or a part not what it says.</exception>
    public static bool Try(string root, ArchiveTable table, RunFolder folder, RunPlan plan)
    {
        var manifests = new List<PartManifest>();
        foreach (var part in plan.Parts)
        {
            if (folder.ReadManifest(plan, part) is not { } manifest)
            {
                return false;
            }

            // What archive.json names from now on is what was made.
            folder.Verify(manifest);
            manifests.Add(manifest);
        }

        // Killed between these steps, the next run of the same command finds the plan and seals again, or finds the table sealed.
        var description =
            TableSeal.Replace(root, table, plan.Description, manifests.Select(m => (PartNames.Of(table, m.Part.Number), m.Sha256)), plan.Origin,
                Note(plan, manifests));
        Discard(folder);
        try
        {
            TableSeal.RemoveUnnamed(root, table, description);
        }
        catch (IOException)
        {
            // The new table counts already; the next writer tries again.
        }

        return true;
    }

    // The plan's note, with what there was to say against any part, and which of its stretches; the table failed where every part did.
    private static TableNote? Note(RunPlan plan, List<PartManifest> manifests)
    {
        var hasFailed = manifests.TrueForAll(m => m.Warnings?.Any(w => w.IsFailure) == true);
        List<ResultWarning> warnings =
        [
            .. (plan.Note?.Warnings ?? [])
                .Concat(manifests.SelectMany(m => m.Warnings ?? []).Select(w => w with { IsFailure = w.IsFailure && hasFailed })).Distinct(),
        ];
        var unsound = UnsoundStretches.OfParts(manifests.Select(m => m.Unsound));
        return warnings.Count == 0 && unsound is null
            ? plan.Note : (plan.Note ?? TableNote.Unknown) with { Warnings = warnings.Count == 0 ? null : warnings, Unsound = unsound };
    }

    /// <summary>Throws away the plan and the manifests; the plan first, for without it nothing else counts.</summary>
    /// <param name="folder">The run's folder.</param>
    public static void Discard(RunFolder folder)
    {
        File.Delete(folder.PlanPath);
        foreach (var manifest in Directory.GetFiles(folder.Path, "part-*.json"))
        {
            File.Delete(manifest);
        }
    }

    /// <summary>Removes the folder of a run that is over, unless a process of it is still there, which removes it later.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="locks">Its locks, that of the plan held by the caller.</param>
    public static void RemoveFolder(RunFolder folder, RunLocks locks)
    {
        // Manifests without a plan do not count.
        if (Directory.Exists(folder.Path) && !File.Exists(folder.PlanPath) && !locks.AnyHeld())
        {
            Remove(folder);
        }
    }

    /// <summary>Removes what runs keep in their folder, and the folder with it unless there is more.</summary>
    /// <param name="folder">The run's folder; no process is at it.</param>
    public static void Remove(RunFolder folder)
    {
        Discard(folder);
        Leftovers.Remove(folder.Path, name => name.EndsWith(".json", StringComparison.Ordinal));
        foreach (var left in Directory.GetFiles(folder.Path, "shard-*-of-*.lock"))
        {
            File.Delete(left);
        }

        OwnFolder.RemoveIfEmpty(folder.Path);
    }
}
