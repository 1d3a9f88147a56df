using System.Globalization;
using Coda.Data.Archives.Engines;
using Coda.Data.Archives.Parts;
using Coda.Data.Archives.Runs;
using Coda.Data.Archives.Tables;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Runs;

/// <summary>Writes the parts of one table under temporary names, and then lets archive.json name them instead of the old ones.</summary>
/// <param name="engine">Writes the files.</param>
/// <param name="root">The archive's directory.</param>
/// <param name="table">The table.</param>
internal sealed class TableWriter(IParquetEngine engine, string root, ArchiveTable table)
{
    /// <summary>Writes the table, whole or not at all.</summary>
    /// <param name="description">The archive's description, before.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="note">What the table says of itself, where that is known.</param>
    /// <returns>The description after, as archive.json has it.</returns>
    /// <exception cref="IOException">Writing failed, or another process writes the table; the archive is as it was.</exception>
    public ArchiveDescription Write(ArchiveDescription description, PartRows rows, TableNote? note)
    {
        using var held = new RunLocks(new RunFolder(root, table).Path).TakeTable();
        RunFolder.Refuse(root, table);
        RemoveLeftovers(description);
        var after = WriteAndSeal(description, rows, note);
        try
        {
            RemoveLeftovers(after);
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

    /// <summary>The number after those of a table's sealed parts.</summary>
    /// <param name="description">The archive's description.</param>
    /// <param name="table">The table.</param>
    public static int NextNumber(ArchiveDescription description, ArchiveTable table) => PartNames.In(description, table)
        .Select(name => Number(name) + 1).DefaultIfEmpty(0).Max();

    /// <summary>The number of a part.</summary>
    /// <param name="name">Its path relative to the archive.</param>
    public static int Number(string name) => int.Parse(Path.GetFileNameWithoutExtension(name)["part-".Length..], CultureInfo.InvariantCulture);

    private ArchiveDescription WriteAndSeal(ArchiveDescription description, PartRows rows, TableNote? note)
    {
        List<(string Temporary, string Name, string Checksum)> parts = [];
        List<string> moved = [];
        try
        {
            for (var number = NextNumber(description, table); rows.NextPart(); number++)
            {
                var name = PartNames.Of(table, number);
                var temporary = AtomicFile.TemporaryName(Path.Combine(root, name));
                parts.Add((temporary, name, ""));
                engine.Write(temporary, rows, rows.RowGroupSize);
                parts[^1] = (temporary, name, FlushedChecksum(temporary));
            }

            foreach (var (temporary, name, _) in parts)
            {
                File.Move(temporary, Path.Combine(root, name));
                moved.Add(Path.Combine(root, name));
            }

            return TableSeal.Replace(root, table, description, parts.Select(p => (p.Name, p.Checksum)), note: note);
        }
        catch
        {
            parts.ForEach(part => File.Delete(part.Temporary));
            moved.ForEach(File.Delete);

            throw;
        }
    }

    private void RemoveLeftovers(ArchiveDescription description)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, PartNames.Folder(table))).FullName;
        Leftovers.Remove(folder, name => PartNames.IsPartName($"{PartNames.Folder(table)}/{name}"));
        TableSeal.RemoveUnnamed(root, table, description);
    }
}
