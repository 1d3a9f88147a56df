using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Stores;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>Writes the parts of one table under temporary names, and then lets archive.json name them instead of the old ones.</summary>
/// <param name="engine">Writes the files.</param>
/// <param name="store">Where the archive's files are.</param>
/// <param name="table">The table.</param>
internal sealed class TableWriter(IParquetEngine engine, IArchiveStore store, ArchiveTable table)
{
    /// <summary>Writes the table, whole or not at all.</summary>
    /// <param name="description">The archive's description, before.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="note">What the table says of itself, where that is known.</param>
    /// <returns>The description after, as archive.json has it.</returns>
    /// <exception cref="IOException">Writing failed, or another process writes the table; the archive is as it was.</exception>
    public ArchiveDescription Write(ArchiveDescription description, PartRows rows, TableNote? note)
    {
        using var held = new RunLocks(store, table).TakeTable();
        new RunFolder(store, table).Refuse();
        store.Tidy(PartNames.Folder(table), name => PartNames.IsPartName($"{PartNames.Folder(table)}/{name}"));
        TableSeal.RemoveLeft(store, table, held);
        var after = WriteAndSeal(description, rows, note, held);
        try
        {
            TableSeal.RemoveUnnamed(store, table, held);
        }
        catch (IOException)
        {
            // The new table counts already; the next writer tries again.
        }

        return after;
    }

    /// <summary>Flushes a file to disk.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its SHA-256, in hexadecimal.</returns>
    public static string FlushedChecksum(string path)
    {
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(file);
        }

        return FileHash.Sha256(path);
    }

    /// <summary>The number after those of a table's parts, named or only there.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="description">The archive's description.</param>
    /// <param name="table">The table.</param>
    public static int NextNumber(IArchiveStore store, ArchiveDescription description, ArchiveTable table) => PartNames.In(description, table)
        .Concat(store.List(PartNames.Folder(table)).Select(file => file.Name).Where(PartNames.IsPartName))
        .Select(name => PartNames.Number(name) + 1).DefaultIfEmpty(0).Max();

    private ArchiveDescription WriteAndSeal(ArchiveDescription description, PartRows rows, TableNote? note, IStoreClaim claim)
    {
        List<(string Temporary, string Name, string Checksum)> parts = [];
        List<string> added = [];
        try
        {
            for (var number = NextNumber(store, description, table); rows.NextPart(); number++)
            {
                var name = store.NewName(PartNames.Of(table, number));
                var temporary = store.TemporaryFile(name);
                parts.Add((temporary, name, ""));
                engine.Write(temporary, rows, rows.RowGroupSize);
                parts[^1] = (temporary, name, FlushedChecksum(temporary));
            }

            foreach (var (temporary, name, checksum) in parts)
            {
                claim.Require();
                added.Add(store.TryAdd(name, temporary, checksum) ? name : throw new IOException(
                    $"{store.PlaceOf(name)}: expected no such file before it is written, got one. Move it elsewhere, and run the command again."));
            }

            return TableSeal.Replace(store, table, description, parts.Select(p => (p.Name, p.Checksum)), claim, note: note);
        }
        catch
        {
            parts.ForEach(part => File.Delete(part.Temporary));
            if (store.Folder is not null)
            {
                added.ForEach(store.Delete); // elsewhere the description may yet come to name them, and the next writer removes them
            }

            throw;
        }
    }
}
