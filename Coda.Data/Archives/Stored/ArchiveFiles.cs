using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Stores;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Stored;

/// <summary>Makes archives whole or not at all, and removes them; files that Coda did not write stay as they are.</summary>
public static class ArchiveFiles
{
    private const string Staged = "new";
    private const string Lock = ".new.lock";

    /// <summary>Makes an archive in a folder beside what is there, and lets <c>archive.json</c> name its parts in one step when it is whole.</summary>
    /// <remarks>
    /// A process that was killed leaves the archive that was there, or the new one. Two that make one archive exclude each other, on several machines too.
    /// </remarks>
    /// <param name="path">The archive's directory, or a link to it, which stays, or an address; made if need be.</param>
    /// <param name="overwrite">Whether an archive there is replaced, with all its tables.</param>
    /// <param name="make">Fills the directory it is given with an archive.</param>
    /// <exception cref="IOException">
    /// There is an archive already, or a file, or a directory with something else in it; another process makes or writes an archive there; or the disk is full.
    /// </exception>
    public static void Make(string path, bool overwrite, Action<string> make)
    {
        var store = Target(path);
        if (store.Folder is { } file && File.Exists(file))
        {
            throw new IOException($"{path}: expected a directory for the archive, got a file. Choose another name.");
        }

        var isNew = store.Folder is { } root && !Directory.Exists(root);
        try
        {
            using var held = store.TryClaim(Lock) ?? throw new IOException(
                $"{path}: expected no other process that makes this archive, got one. Wait for it, or choose another --output.");
            RemoveStaged(store);
            RequireFree(store, path, overwrite);
            var staged = store.Folder is { } folder ? AtomicFile.TemporaryName(Path.Combine(folder, Staged)) : ScratchFolder.Shared.NewFile();
            try
            {
                make(staged);
                RequireFree(store, path, overwrite);
                PutInPlace(staged, store, held);
            }
            finally
            {
                RemoveStaged(store);
                if (Directory.Exists(staged))
                {
                    Directory.Delete(staged, recursive: true);
                }
            }
        }
        finally
        {
            if (isNew)
            {
                OwnFolder.RemoveIfEmpty(store.Folder!);
            }
        }
    }

    /// <summary>Removes what a process that was killed while it made an archive left beside the whole one, or in its place.</summary>
    /// <param name="path">The archive's directory; where there is none, or another process makes an archive there, nothing is done.</param>
    public static void RemoveLeft(string path)
    {
        if (Directory.Exists(path) && Target(path) is var store && store.TryClaim(Lock) is { } held)
        {
            using (held)
            {
                RemoveStaged(store);
            }
        }
    }

    /// <summary>Removes an archive: its description, parts and unfinished runs; folders go with their last file.</summary>
    /// <param name="path">The archive's directory, or its address; where there is none, nothing is done.</param>
    /// <exception cref="IOException">Another process writes it.</exception>
    public static void Remove(string path)
    {
        var store = ArchiveStores.Of(path);
        if (store.Folder is { } root && !Directory.Exists(root))
        {
            return;
        }

        var held = TakeTables(store);
        try
        {
            store.Delete(ArchiveDirectory.Description);
            foreach (var (table, claim) in held)
            {
                RemoveTable(store, table, name => true, claim);
            }
        }
        finally
        {
            Release(store, held);
        }

        store.Tidy("", _ => false);
    }

    private static IArchiveStore Target(string path) => ArchiveStores.Of(path) switch
    {
        { Folder: { } full } when new DirectoryInfo(full) is { LinkTarget: not null } link =>
            ArchiveStores.Of(link.ResolveLinkTarget(returnFinalTarget: true)!.FullName),
        var store => store,
    };

    private static void RequireFree(IArchiveStore store, string path, bool overwrite)
    {
        if (!ArchiveDirectory.Has(store))
        {
            if (HasOthers(store))
            {
                throw new IOException($"{path}: expected an empty directory or none, got one with other files. Choose another directory.");
            }

            return;
        }

        if (!overwrite)
        {
            throw new IOException($"{path}: expected no archive, got one. Choose another directory, or replace it with --overwrite.");
        }

        // Better to say so before the new archive is made than after.
        Release(store, TakeTables(store));
    }

    // What is no archive's; elsewhere than in a folder, parts that nobody names are what a killed process had added.
    private static bool HasOthers(IArchiveStore store) => store.Folder is { } root
        ? Directory.EnumerateFileSystemEntries(root).Any(entry => Path.GetFileName(entry) != Lock && !IsStaged(Path.GetFileName(entry)))
        : store.List("").Any(file => !file.Name.EndsWith(".lock", StringComparison.Ordinal) && !PartNames.IsPartName(file.Name));

    private static bool IsStaged(string name) => AtomicFile.FinalName(name) == Staged;

    // While they are held, nobody else writes a table.
    private static List<(ArchiveTable Table, IStoreClaim Claim)> TakeTables(IArchiveStore store)
    {
        List<(ArchiveTable, IStoreClaim)> held = [];
        try
        {
            foreach (var table in Enum.GetValues<ArchiveTable>())
            {
                var (folder, locks) = (new RunFolder(store, table), new RunLocks(store, table));
                held.Add((table, locks.TakeTable()));
                if (folder.HasPlan && locks.AnyHeld())
                {
                    throw new IOException(
                        $"{folder.Place}: expected no other process that writes this table, got one. Wait for it, or choose another --output.");
                }
            }

            return held;
        }
        catch
        {
            Release(store, held);
            throw;
        }
    }

    private static void Release(IArchiveStore store, List<(ArchiveTable Table, IStoreClaim Claim)> held)
    {
        held.ForEach(one => one.Claim.Dispose());
        foreach (var table in Enum.GetValues<ArchiveTable>())
        {
            store.Tidy(PartNames.Folder(table), _ => false);
        }
    }

    private static void PutInPlace(string staged, IArchiveStore store, IStoreClaim making)
    {
        var made = ArchiveDirectory.ReadDescription(ArchiveStores.Of(staged));
        var held = TakeTables(store);
        try
        {
            foreach (var (table, claim) in held)
            {
                TableSeal.RemoveLeft(store, table, claim);
            }

            var checksums = Move(staged, made, store);
            TableSeal.Take(store, made with { Checksums = checksums }, [making, .. held.Select(one => one.Claim)]);
            foreach (var (table, claim) in held)
            {
                RemoveTable(store, table, name => !checksums.ContainsKey(name), claim);
            }
        }
        finally
        {
            Release(store, held);
        }
    }

    // Beside the parts that are there, whose readers keep them until the description is replaced.
    private static SortedDictionary<string, string> Move(string staged, ArchiveDescription made, IArchiveStore store)
    {
        var checksums = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var table in Enum.GetValues<ArchiveTable>())
            {
                var number = PartsIn(store, table).Select(PartNames.Number).DefaultIfEmpty(-1).Max();
                foreach (var name in PartNames.In(made, table))
                {
                    var moved = store.NewName(PartNames.Of(table, ++number));
                    checksums.Add(moved, made.Checksums[name]);
                    if (!store.TryAdd(moved, Path.Combine(staged, name), made.Checksums[name]))
                    {
                        checksums.Remove(moved);
                        throw new IOException($"{store.PlaceOf(moved)}: expected no such file before it is written, got one. Run the command again.");
                    }
                }
            }

            return checksums;
        }
        catch
        {
            foreach (var name in checksums.Keys)
            {
                store.Delete(name);
            }

            throw;
        }
    }

    private static IEnumerable<string> PartsIn(IArchiveStore store, ArchiveTable table) =>
        store.List(PartNames.Folder(table)).Select(file => file.Name).Where(PartNames.IsPartName);

    // What is there once the claim is lost may be another's.
    private static void RemoveTable(IArchiveStore store, ArchiveTable table, Func<string, bool> isRemoved, IStoreClaim claim)
    {
        var removed = PartsIn(store, table).Where(isRemoved).ToList();
        RunSeal.Remove(store, new RunFolder(store, table), claim);
        removed.ForEach(store.Delete);

        store.Tidy(PartNames.Folder(table), name => PartNames.IsPartName($"{PartNames.Folder(table)}/{name}"));
    }

    // The lock is held, so whatever is staged was left. A process that was killed while it moved parts had moved those that its folder lacks.
    private static void RemoveStaged(IArchiveStore store)
    {
        if (store.Folder is not { } root)
        {
            return;
        }

        foreach (var staged in Leftovers.In(root, name => name == Staged).OfType<DirectoryInfo>().ToList())
        {
            if (!ArchiveDirectory.Has(store) && ArchiveDirectory.Find(ArchiveStores.Of(staged.FullName)) is { } made)
            {
                MoveBack(staged.FullName, made.Description, store);
            }
            else
            {
                RemoveLocks(store);
            }

            staged.Delete(recursive: true);
        }
    }

    // Those of tables, which a process that was killed after it had put its archive in place left; they go before what it staged, by which that is known.
    private static void RemoveLocks(IArchiveStore store)
    {
        try
        {
            Release(store, TakeTables(store));
        }
        catch (IOException)
        {
            // Another process writes a table of the archive by now; its locks go with it.
        }
    }

    private static void MoveBack(string staged, ArchiveDescription made, IArchiveStore store)
    {
        var held = TakeTables(store);
        try
        {
            foreach (var name in made.Checksums.Keys.Where(name => !File.Exists(Path.Combine(staged, name))))
            {
                store.Delete(name);
            }

            store.Tidy("", name => name == ArchiveDirectory.Description);
        }
        finally
        {
            Release(store, held);
        }
    }
}
