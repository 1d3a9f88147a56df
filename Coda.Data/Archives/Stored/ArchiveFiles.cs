using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Tables;
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
    /// <param name="path">The archive's directory, or a link to it, which stays; made if need be.</param>
    /// <param name="overwrite">Whether an archive there is replaced, with all its tables.</param>
    /// <param name="make">Fills the directory it is given with an archive.</param>
    /// <exception cref="IOException">
    /// There is an archive already, or a file, or a directory with something else in it; another process makes or writes an archive there; or the disk is full.
    /// </exception>
    public static void Make(string path, bool overwrite, Action<string> make)
    {
        var root = Target(path);
        if (File.Exists(root))
        {
            throw new IOException($"{path}: expected a directory for the archive, got a file. Choose another name.");
        }

        var isNew = !Directory.Exists(root);
        try
        {
            using var held = FileLock.TryTake(Path.Combine(root, Lock)) ?? throw new IOException(
                $"{path}: expected no other process that makes this archive, got one. Wait for it, or choose another --output.");
            RemoveStaged(root);
            RequireFree(root, path, overwrite);
            var staged = AtomicFile.TemporaryName(Path.Combine(root, Staged));
            try
            {
                make(staged);
                RequireFree(root, path, overwrite);
                PutInPlace(staged, root);
            }
            finally
            {
                RemoveStaged(root);
            }
        }
        finally
        {
            if (isNew)
            {
                OwnFolder.RemoveIfEmpty(root);
            }
        }
    }

    /// <summary>Removes an archive: its description, parts and unfinished runs; folders go with their last file.</summary>
    /// <param name="path">The archive's directory; where there is none, nothing is done.</param>
    /// <exception cref="IOException">Another process writes it.</exception>
    public static void Remove(string path)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        var root = Path.GetFullPath(path);
        var held = TakeTables(root);
        try
        {
            File.Delete(ArchiveDirectory.DescriptionPath(root));
            foreach (var table in Enum.GetValues<ArchiveTable>())
            {
                RemoveTable(root, table, name => true);
            }
        }
        finally
        {
            Release(root, held);
        }

        OwnFolder.RemoveIfEmpty(root);
    }

    private static string Target(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return new DirectoryInfo(full) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : full;
    }

    private static void RequireFree(string root, string path, bool overwrite)
    {
        if (!File.Exists(ArchiveDirectory.DescriptionPath(root)))
        {
            if (Directory.EnumerateFileSystemEntries(root).Any(entry => Path.GetFileName(entry) != Lock && !IsStaged(Path.GetFileName(entry))))
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
        Release(root, TakeTables(root));
    }

    private static bool IsStaged(string name) => AtomicFile.FinalName(name) == Staged;

    // While they are held, nobody else writes a table.
    private static List<IDisposable> TakeTables(string root)
    {
        List<IDisposable> held = [];
        try
        {
            foreach (var table in Enum.GetValues<ArchiveTable>())
            {
                var folder = new RunFolder(root, table);
                var locks = new RunLocks(folder.Path);
                held.Add(locks.TakeTable());
                if (File.Exists(folder.PlanPath) && locks.AnyHeld())
                {
                    throw new IOException(
                        $"{folder.Path}: expected no other process that writes this table, got one. Wait for it, or choose another --output.");
                }
            }

            return held;
        }
        catch
        {
            Release(root, held);
            throw;
        }
    }

    // Without what a killed process left of one.
    private static IDisposable TakeDescription(string root)
    {
        var held = FileLock.Take(Path.Combine(root, ".archive.lock"));
        Leftovers.Remove(root, name => name == Path.GetFileName(ArchiveDirectory.DescriptionPath(root)));
        return held;
    }

    private static void Release(string root, List<IDisposable> held)
    {
        held.ForEach(one => one.Dispose());
        foreach (var table in Enum.GetValues<ArchiveTable>())
        {
            OwnFolder.RemoveIfEmpty(Path.Combine(root, PartNames.Folder(table)));
        }
    }

    private static void PutInPlace(string staged, string root)
    {
        var made = ArchiveDirectory.ReadDescription(staged);
        var held = TakeTables(root);
        try
        {
            var checksums = Move(staged, made, root);
            using (TakeDescription(root))
            {
                CodaJson.WriteWithDigest(ArchiveDirectory.DescriptionPath(root), made with { Checksums = checksums });
            }

            foreach (var table in Enum.GetValues<ArchiveTable>())
            {
                RemoveTable(root, table, name => !checksums.ContainsKey(name));
            }
        }
        finally
        {
            Release(root, held);
        }
    }

    // Beside the parts that are there, whose readers keep them until the description is replaced.
    private static SortedDictionary<string, string> Move(string staged, ArchiveDescription made, string root)
    {
        var checksums = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var table in Enum.GetValues<ArchiveTable>())
            {
                var number = PartsIn(root, table).Select(TableWriter.Number).DefaultIfEmpty(-1).Max();
                foreach (var name in PartNames.In(made, table))
                {
                    var moved = PartNames.Of(table, ++number);
                    File.Move(Path.Combine(staged, name), Path.Combine(root, moved));
                    checksums.Add(moved, made.Checksums[name]);
                }
            }

            return checksums;
        }
        catch
        {
            foreach (var name in checksums.Keys)
            {
                File.Delete(Path.Combine(root, name));
            }

            throw;
        }
    }

    private static List<string> PartsIn(string root, ArchiveTable table)
    {
        var folder = Path.Combine(root, PartNames.Folder(table));
        return Directory.Exists(folder)
            ? [.. from path in Directory.GetFiles(folder, "part-*.parquet")
                  let name = $"{PartNames.Folder(table)}/{Path.GetFileName(path)}"
                  where PartNames.IsPartName(name)
                  select name]
            : [];
    }

    private static void RemoveTable(string root, ArchiveTable table, Func<string, bool> isRemoved)
    {
        var folder = new RunFolder(root, table);
        if (Directory.Exists(folder.Path))
        {
            RunSeal.Remove(folder);
        }

        foreach (var name in PartsIn(root, table).Where(isRemoved))
        {
            File.Delete(Path.Combine(root, name));
        }

        Leftovers.Remove(Path.Combine(root, PartNames.Folder(table)), name => PartNames.IsPartName($"{PartNames.Folder(table)}/{name}"));
    }

    // The lock is held, so whatever is staged was left. A process that was killed while it moved parts had moved those that its folder lacks.
    private static void RemoveStaged(string root)
    {
        foreach (var staged in Leftovers.In(root, name => name == Staged).OfType<DirectoryInfo>().ToList())
        {
            if (!File.Exists(ArchiveDirectory.DescriptionPath(root)) && File.Exists(ArchiveDirectory.DescriptionPath(staged.FullName)))
            {
                MoveBack(staged.FullName, root);
            }

            staged.Delete(recursive: true);
        }
    }

    private static void MoveBack(string staged, string root)
    {
        var held = TakeTables(root);
        try
        {
            var parts = ArchiveDirectory.ReadDescription(staged).Checksums.Keys.Where(PartNames.IsPartName);
            foreach (var name in parts.Where(name => !File.Exists(Path.Combine(staged, name))))
            {
                File.Delete(Path.Combine(root, name));
            }

            using var describing = TakeDescription(root);
        }
        finally
        {
            Release(root, held);
        }
    }
}
