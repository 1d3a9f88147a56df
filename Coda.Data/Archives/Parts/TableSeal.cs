using System.Text.Json;
using Coda.Data.Archives.Stores;
using Coda.Data.Archives.Tables;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Parts;

/// <summary>Lets <c>archive.json</c> name the parts of a table instead of those that it named before.</summary>
internal static class TableSeal
{
    /// <summary>Replaces a table's parts in the description, in one step.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="table">The table.</param>
    /// <param name="description">The archive's description when the parts were begun.</param>
    /// <param name="parts">The new parts: name relative to the archive, and SHA-256.</param>
    /// <param name="claim">That of the writer.</param>
    /// <param name="origin">What they were made from, where that was kept.</param>
    /// <param name="note">What the table says of itself, where that is known.</param>
    /// <returns>The description after, as archive.json has it.</returns>
    /// <exception cref="IOException">It could not be written, or the archive was replaced since <paramref name="description"/> was read, or the claim was lost;
    /// the archive is as it was.</exception>
    public static ArchiveDescription Replace(
        IArchiveStore store, ArchiveTable table, ArchiveDescription description, IEnumerable<(string Name, string Checksum)> parts, IStoreClaim claim,
        SortedDictionary<string, string>? origin = null, TableNote? note = null)
    {
        var added = parts.ToList();
        return Change(store, [claim], found =>
        {
            // Another table may have been written meanwhile, or be sealed by another process now.
            if (Replaced(table, description, found) is { } replaced)
            {
                throw new IOException(
                    $"{store.Place}: expected the archive that was there when {PartNames.Folder(table)} were begun, got one with {replaced}. "
                        + "Run the command again.");
            }

            var current = found ?? description;
            var checksums = new SortedDictionary<string, string>(current.Checksums, StringComparer.Ordinal);
            PartNames.In(current, table).ToList().ForEach(name => checksums.Remove(name));
            added.ForEach(part => checksums.Add(part.Name, part.Checksum));
            return current with { Checksums = checksums, Origins = With(current.Origins, table, origin), Notes = With(current.Notes, table, note) };
        });
    }

    /// <summary>Lets a table that does not tell how far it looks ahead, or which model it comes from, do so; its parts stay.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="table">The table.</param>
    /// <param name="note">What is known of it, if anything.</param>
    public static void Annotate(IArchiveStore store, ArchiveTable table, TableNote? note) => Change(store, [], found =>
    {
        var current = Existing(store, found);
        var before = current.NoteOf(table);
        var after = before with { LookAhead = before.LookAhead ?? note?.LookAhead, Model = before.Model ?? note?.Model };
        return after == before ? current : current with { Notes = With(current.Notes, table, after) };
    });

    /// <summary>Lets the description name a system, and the size of the errors.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="system">The system.</param>
    /// <param name="sigma">The standard deviation of the errors; nothing to leave it as it is.</param>
    /// <returns>The description after.</returns>
    public static ArchiveDescription TakeEstimates(IArchiveStore store, Component system, double? sigma) => Change(
        store, [], found => Existing(store, found) is var before ? before with { System = system, Sigma = sigma ?? before.Sigma } : before);

    /// <summary>Puts another archive in place of what is there.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="made">Its description, whose parts are there.</param>
    /// <param name="claims">Those of all tables.</param>
    public static void Take(IArchiveStore store, ArchiveDescription made, IReadOnlyList<IStoreClaim> claims) => Change(store, claims, _ => made);

    /// <summary>Changes the description, in one step.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="claim">That of the writer.</param>
    /// <param name="change">Gives the description after from the one that is there, if any; called again where another writer came between.</param>
    /// <returns>The description after, as archive.json has it.</returns>
    public static ArchiveDescription Change(IArchiveStore store, IStoreClaim claim, Func<ArchiveDescription?, ArchiveDescription> change) =>
        Change(store, [claim], change);

    // Where another writer comes between reading and writing, once more on what that has left.
    private static ArchiveDescription Change(IArchiveStore store, IReadOnlyList<IStoreClaim> claims, Func<ArchiveDescription?, ArchiveDescription> change)
    {
        while (true)
        {
            var found = ArchiveDirectory.Find(store);
            var after = change(found?.Description);
            if (ReferenceEquals(after, found?.Description))
            {
                return after;
            }

            // In this order: whoever took the claim over changes the description before removing parts, see RemoveLeft.
            foreach (var claim in claims)
            {
                claim.Require();
            }

            if (store.TryReplace(ArchiveDirectory.Description, CodaJson.BytesWithDigest(after), found?.Version) is not null)
            {
                return after;
            }
        }
    }

    private static ArchiveDescription Existing(IArchiveStore store, ArchiveDescription? found) => found ?? ArchiveDirectory.ReadDescription(store);

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

    /// <summary>Removes the parts of a table that the description does not name, after <see cref="Replace"/> under the same claim.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="table">The table.</param>
    /// <param name="claim">That of the writer.</param>
    /// <exception cref="IOException">One cannot be removed, or the claim was lost; then all stay.</exception>
    public static void RemoveUnnamed(IArchiveStore store, ArchiveTable table, IStoreClaim claim) => Delete(store, Unnamed(store, table), claim);

    /// <summary>Removes the parts of a table that killed writers left, before new ones are written.</summary>
    /// <param name="store">Where the archive's files are.</param>
    /// <param name="table">The table.</param>
    /// <param name="claim">That of the writer.</param>
    /// <exception cref="IOException">One cannot be removed, or the claim was lost; then all stay.</exception>
    public static void RemoveLeft(IArchiveStore store, ArchiveTable table, IStoreClaim claim)
    {
        var left = Unnamed(store, table);
        if (left.Count == 0)
        {
            return;
        }

        // Where no lock excludes it, whoever wrote them may yet be about to name them. The description that it has read is refused once this one is another;
        // where there is none that can be another, they stay until there is.
        if (store.Folder is null)
        {
            if (ArchiveDirectory.Find(store) is null)
            {
                return;
            }

            Change(store, [claim], found => Existing(store, found) is var now ? now with { Takeovers = (now.Takeovers ?? 0) + 1 } : now);
            left = Unnamed(store, table);
        }

        Delete(store, left, claim);
    }

    // In this order: what was there while the claim was ours is nobody's who took it over, for none is added before that, and no name is given twice.
    private static void Delete(IArchiveStore store, List<string> found, IStoreClaim claim)
    {
        if (found.Count > 0)
        {
            claim.Require();
            found.ForEach(store.Delete);
        }
    }

    private static List<string> Unnamed(IArchiveStore store, ArchiveTable table)
    {
        var files = store.List(PartNames.Folder(table)); // before the description, which may come to name more
        var named = ArchiveDirectory.Find(store)?.Description.Checksums;
        return [.. files.Select(file => file.Name).Where(name => PartNames.IsPartName(name) && named?.ContainsKey(name) != true)];
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
            JsonSerializer.Serialize(of with { Checksums = new(StringComparer.Ordinal), Origins = null, Notes = null, Provenance = "", Takeovers = null },
                CodaJson.Options);

        static IEnumerable<string> Parts(ArchiveDescription of, ArchiveTable table) =>
            PartNames.In(of, table).Select(name => $"{name} {of.Checksums[name]}");
    }
}
