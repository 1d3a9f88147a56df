using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stores;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>Ends a run: by letting <c>archive.json</c> name its parts, or by throwing it away. Under the plan's lock.</summary>
internal static class RunSeal
{
    /// <summary>Seals the table if all parts are there.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="table">The table.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="plan">The run's plan.</param>
    /// <param name="claim">The plan's claim, held by the caller.</param>
    /// <returns>Whether it was sealed.</returns>
    /// <exception cref="ArchiveFormatException">A manifest is damaged, or a part not what it says.</exception>
    public static bool Try(IArchiveStore store, ArchiveTable table, RunFolder folder, RunPlan plan, IStoreClaim claim)
    {
        if (!folder.IsWhole(plan))
        {
            return false;
        }

        // What archive.json names from now on is what was made.
        var manifests = folder.ReadManifests(plan, plan.Parts, verifies: true).OfType<PartManifest>().ToList();
        if (manifests.Count < plan.Parts.Count)
        {
            return false; // one was removed just now
        }

        // Killed between these steps, the next run of the same command finds the plan and seals again, or finds the table sealed.
        TableSeal.Replace(
            store, table, plan.Description, manifests.Select(m => (folder.PartName(m), m.Sha256)), claim, plan.Origin, Note(plan, manifests));
        Discard(store, folder, claim);
        try
        {
            TableSeal.RemoveUnnamed(store, table, claim);
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
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="claim">The plan's claim, or the table's.</param>
    /// <exception cref="IOException">One cannot be removed, or the claim was lost; then all stay.</exception>
    public static void Discard(IArchiveStore store, RunFolder folder, IStoreClaim claim)
    {
        claim.Require();
        store.Delete(folder.PlanName);
        foreach (var manifest in folder.Manifests)
        {
            store.Delete(manifest);
        }
    }

    /// <summary>Removes the folder of a run that is over, unless a process of it is still there, which removes it later.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="locks">Its claims.</param>
    /// <param name="claim">That of the plan, held by the caller.</param>
    public static void RemoveFolder(IArchiveStore store, RunFolder folder, RunLocks locks, IStoreClaim claim)
    {
        // Manifests without a plan do not count.
        if (!folder.HasPlan && !locks.AnyHeld())
        {
            Remove(store, folder, claim);
        }
    }

    /// <summary>Removes what runs keep in their folder, and the folder with it unless there is more.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="folder">The run's folder; no process is at it.</param>
    /// <param name="claim">The plan's claim, or the table's.</param>
    public static void Remove(IArchiveStore store, RunFolder folder, IStoreClaim claim)
    {
        Discard(store, folder, claim);
        foreach (var left in store.List(folder.Name).Select(file => file.Name).Where(name => name.EndsWith(".lock", StringComparison.Ordinal)))
        {
            store.Delete(left);
        }

        store.Tidy(folder.Name, RunFolder.IsOwn);
    }
}
