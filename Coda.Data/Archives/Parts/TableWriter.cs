using System.Globalization;
using System.Security.Cryptography;
using Coda.Data.Archives.Engines;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Parts;

/// <summary>Writes the parts of one table under temporary names, and then lets archive.json name them instead of the old ones.</summary>
/// <param name="engine">Writes the files.</param>
/// <param name="root">The archive's directory.</param>
/// <param name="table">The table.</param>
internal sealed class TableWriter(IParquetEngine engine, string root, ArchiveTable table)
{
    /// <summary>Writes the table, whole or not at all.</summary>
    /// <param name="description">The archive's description, before.</param>
    /// <param name="rows">The rows.</param>
    /// <returns>The description after, as archive.json has it.</returns>
    /// <exception cref="IOException">Writing failed; the archive is as it was.</exception>
    public ArchiveDescription Write(ArchiveDescription description, PartRows rows)
    {
        RemoveLeftovers(description);
        var after = WriteAndSeal(description, rows);
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

    /// <summary>The SHA-256 of a file, in hexadecimal.</summary>
    /// <param name="path">The file.</param>
    public static string Checksum(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private ArchiveDescription WriteAndSeal(ArchiveDescription description, PartRows rows)
    {
        List<(string Temporary, string Name, string Checksum)> parts = [];
        try
        {
            for (var number = NextNumber(description); rows.NextPart(); number++)
            {
                var name = TableFormat.PartName(table, number);
                var temporary = AtomicFile.TemporaryName(Path.Combine(root, name));
                parts.Add((temporary, name, ""));
                engine.Write(temporary, rows, rows.RowGroupSize);
                parts[^1] = (temporary, name, FlushedChecksum(temporary));
            }

            foreach (var (temporary, name, _) in parts)
            {
                File.Move(temporary, Path.Combine(root, name));
            }

            return Seal(description, parts.Select(p => (p.Name, p.Checksum)));
        }
        catch
        {
            foreach (var (temporary, name, _) in parts)
            {
                File.Delete(temporary);
                File.Delete(Path.Combine(root, name));
            }

            throw;
        }
    }

    private static string FlushedChecksum(string path)
    {
        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(file);
        }

        return Checksum(path);
    }

    private int NextNumber(ArchiveDescription description) => TableParts.NamesIn(description, table)
        .Select(name => int.Parse(Path.GetFileNameWithoutExtension(name)["part-".Length..], CultureInfo.InvariantCulture) + 1)
        .DefaultIfEmpty(0).Max();

    private ArchiveDescription Seal(ArchiveDescription description, IEnumerable<(string Name, string Checksum)> parts)
    {
        // Another table may have been written meanwhile.
        var path = ArchiveDirectory.DescriptionPath(root);
        var current = File.Exists(path) ? ArchiveDirectory.ReadDescription(root) : description;
        var checksums = new SortedDictionary<string, string>(current.Checksums, StringComparer.Ordinal);
        foreach (var name in TableParts.NamesIn(current, table).ToList())
        {
            checksums.Remove(name);
        }

        foreach (var (name, checksum) in parts)
        {
            checksums.Add(name, checksum);
        }

        var after = description with { Checksums = checksums };
        CodaJson.Write(path, after);
        return after;
    }

    private void RemoveLeftovers(ArchiveDescription description)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, TableFormat.Folder(table))).FullName;
        Leftovers.Remove(root);
        Leftovers.Remove(folder);
        foreach (var path in Directory.GetFiles(folder, "part-*.parquet"))
        {
            if (!description.Checksums.ContainsKey($"{TableFormat.Folder(table)}/{Path.GetFileName(path)}"))
            {
                File.Delete(path);
            }
        }
    }
}
