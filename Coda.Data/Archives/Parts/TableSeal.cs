using System.Text.Json;
using Coda.Data.Archives.Tables;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Parts;

/// <summary>Lets <c>archive.json</c> name the parts of a table instead of those that it named before.</summary>
internal static class TableSeal
{
    /// <summary>Replaces a table's parts in the description, in one step.</summary>
    /// <param name="root">The archive's directory.</param>
    /// <param name="table">The table.</param>
    /// <param name="description">The archive's description when the parts were begun.</param>
    /// <param name="parts">The new parts: name relative to the archive, and SHA-256.</param>
    /// <param name="origin">What they were made from, where that was kept.</param>
    /// <param name="note">What the table says of itself, where that is known.</param>
    /// <returns>The description after, as archive.json has it.</returns>
    /// <exception cref="IOException">It could not be written, or the archive was replaced since <paramref name="description"/> was read; it is as it
    /// was.</exception>
    public static ArchiveDescription Replace(
        string root, ArchiveTable table, ArchiveDescription description, IEnumerable<(string Name, string Checksum)> parts,
        SortedDictionary<string, string>? origin = null,
        TableNote? note = null)
    {
        // Another table may have been written meanwhile, or be sealed by another process now.
        using var held = FileLock.Take(Path.Combine(root, ".archive.lock"));
        var path = ArchiveDirectory.DescriptionPath(root);
        Leftovers.Remove(root, name => name == Path.GetFileName(path));
        var current = File.Exists(path) ? ArchiveDirectory.ReadDescription(root) : null;
        if (Replaced(table, description, current) is { } replaced)
        {
            throw new IOException(
                $"{root}: expected the archive that was there when {PartNames.Folder(table)} were begun, got one with {replaced}. Run the command again.");
        }

        current ??= description;
        var checksums = new SortedDictionary<string, string>(current.Checksums, StringComparer.Ordinal);
        foreach (var name in PartNames.In(current, table).ToList())
        {
            checksums.Remove(name);
        }

        foreach (var (name, checksum) in parts)
        {
            checksums.Add(name, checksum);
        }

        var after = current with { Checksums = checksums, Origins = With(current.Origins, table, origin), Notes = With(current.Notes, table, note) };
        CodaJson.WriteWithDigest(path, after);
        return after;
    }

    /// <summary>Lets a table that does not tell how far it looks ahead, or which model it comes from, do so; its parts stay.</summary>
    /// <param name="root">The archive's directory.</param>
    /// <param name="table">The table.</param>
    /// <param name="note">What is known of it, if anything.</param>
    public static void Annotate(string root, ArchiveTable table, TableNote? note)
    {
        using var held = FileLock.Take(Path.Combine(root, ".archive.lock"));
        var current = ArchiveDirectory.ReadDescription(root);
        var before = current.NoteOf(table);
        var after = before with { LookAhead = before.LookAhead ?? note?.LookAhead, Model = before.Model ?? note?.Model };
        if (after != before)
        {
            CodaJson.WriteWithDigest(ArchiveDirectory.DescriptionPath(root), current with { Notes = With(current.Notes, table, after) });
        }
    }

    /// <summary>Lets the description name a system, and the size of the errors.</summary>
    /// <param name="root">The archive's directory.</param>
    /// <param name="system">The system.</param>
    /// <param name="sigma">The standard deviation of the errors; nothing to leave it as it is.</param>
    /// <returns>The description after.</returns>
    public static ArchiveDescription TakeEstimates(string root, Component system, double? sigma)
    {
        using var held = FileLock.Take(Path.Combine(root, ".archive.lock"));
        var before = ArchiveDirectory.ReadDescription(root);
        var after = before with { System = system, Sigma = sigma ?? before.Sigma };
        CodaJson.WriteWithDigest(ArchiveDirectory.DescriptionPath(root), after);
        return after;
    }

    // What is kept by table, with another value for one of them; nothing where none is left.
    private static SortedDictionary<string, T>? With<T>(SortedDictionary<string, T>? all, ArchiveTable table, T? value)
        where T : class
    {
        var after = new SortedDictionary<string, T>(all ?? [], StringComparer.Ordinal);
        after.Remove(PartNames.Folder(table));
        if (value is not null)
        {
            after.Add(PartNames.Folder(table), value);
        }

        return after.Count > 0 ? after : null;
    }

    /// <summary>Removes the parts of a table that the description does not name.</summary>
    /// <param name="root">The archive's directory.</param>
    /// <param name="table">The table.</param>
    /// <param name="description">The archive's description.</param>
    public static void RemoveUnnamed(string root, ArchiveTable table, ArchiveDescription description)
    {
        foreach (var path in Directory.GetFiles(Path.Combine(root, PartNames.Folder(table)), "part-*.parquet"))
        {
            var name = $"{PartNames.Folder(table)}/{Path.GetFileName(path)}";
            if (PartNames.IsPartName(name) && !description.Checksums.ContainsKey(name))
            {
                File.Delete(path);
            }
        }
    }

    // What others have put in place of what a table stands on, in words: estimates of one record beside the observations of another are no archive.
    private static string? Replaced(ArchiveTable table, ArchiveDescription before, ArchiveDescription? now)
    {
        ArchiveTable[] order = [ArchiveTable.Truth, ArchiveTable.Observations, ArchiveTable.Analyses, ArchiveTable.Forecasts];
        return now is null ? (before.Checksums.Count == 0 ? null : "no archive.json")
            : Record(before) != Record(now) ? "another description"
            : order.TakeWhile(t => t != table).Where(t => !Parts(before, t).SequenceEqual(Parts(now, t)))
                .Select(t => $"other {PartNames.Folder(t)}").FirstOrDefault();

        static string Record(ArchiveDescription of) =>
            JsonSerializer.Serialize(of with { Checksums = new(StringComparer.Ordinal), Origins = null, Provenance = "" }, CodaJson.Options);

        static IEnumerable<string> Parts(ArchiveDescription of, ArchiveTable table) =>
            PartNames.In(of, table).Select(name => $"{name} {of.Checksums[name]}");
    }
}
