using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.Import;

/// <summary>Lets names mean what they say: sites that are called like entries of the state lie at these, whatever their order in the files.</summary>
internal static class SiteBinding
{
    /// <summary>Orders the sites and finds the entry of the state that each observes.</summary>
    /// <remarks>
    /// Sites with names of entries are numbered in the order of the state, or in that of the locations that were given. Other names keep their order:
    /// that of the options, or of the alphabet, which says nothing of several fields and is refused there.
    /// </remarks>
    /// <param name="options">What the user said.</param>
    /// <param name="names">The names of the sites; once ordered, they stay as they are.</param>
    /// <returns>The names in the order of their index, and their locations; <see langword="null"/> where these are the state's own entries in order.</returns>
    /// <exception cref="InvalidDataException">A name with a control character, names that are no entries beside some that are, or in no order that could
    /// mean entries.</exception>
    /// <exception cref="ArgumentException">The locations that were given contradict the names.</exception>
    public static (IReadOnlyList<string> Names, IReadOnlyList<int>? Locations) Of(ImportOptions options, IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => name.Any(char.IsControl)) is { } faulty)
        {
            throw new InvalidDataException(
                $"{Files(options)}: site: expected a name without control characters, got one with U+{(int)faulty.First(char.IsControl):X4} in it. "
                + "Correct the file; a delimiter or a line end may be another than expected.");
        }

        if (options.Layout is not { } layout || !names.Any(name => layout.EntryOf(name, StringComparison.OrdinalIgnoreCase) is not null))
        {
            RequireOrder(options, names);
            return (names, options.Locations);
        }

        var unknown = names.Where(name => layout.EntryOf(name) is null).ToList();
        if (unknown.Count > 0)
        {
            var entries = Enumerable.Range(0, Math.Min(layout.Size, 1000)).Select(layout.EntryName).ToList();
            var nearest = NearestName.Of(unknown[0], entries) is { } near ? $" Did you mean '{near}'?" : "";
            throw new InvalidDataException(
                $"{Files(options)}: expected every site to be called like an entry of the state ({layout}), "
                + $"as some are, got '{unknown[0]}'.{nearest} Rename the columns or sites, or leave out those that are not of the state.");
        }

        return Bound(options, layout, names);
    }

    private static (IReadOnlyList<string> Names, IReadOnlyList<int>? Locations) Bound(ImportOptions options, StateLayout layout, IReadOnlyList<string> names)
    {
        var nameAt = names.ToDictionary(name => layout.EntryOf(name)!.Value);
        var locations = options.Locations ?? [.. nameAt.Keys.Order()];
        var isOrdered = (options.SiteNames ?? options.SiteColumns) is not { } given || options.Locations is null
            || given.Zip(locations).All(p => layout.EntryOf(p.First) == p.Second);
        var said = string.Join(", ", names.Take(12).Select(name => $"{name} at {layout.EntryOf(name)}"));
        new Faults("Import options")
            .Require(
                isOrdered && locations.Count == names.Count && locations.All(nameAt.ContainsKey), "locations",
                $"those that the names say, {said}, or none", string.Join(", ", locations.Take(12)))
            .ThrowIfAny();
        return ([.. locations.Select(entry => nameAt[entry])], locations.SequenceEqual(Enumerable.Range(0, layout.Size)) ? null : locations);
    }

    private static void RequireOrder(ImportOptions options, IReadOnlyList<string> names)
    {
        if (options is { Layout: { Fields.Count: > 1 } layout, Locations: null, SiteNames: null, SiteColumns: null })
        {
            throw new InvalidDataException(
                $"{Files(options)}: expected sites called like entries of the state ({layout}), "
                + $"got {string.Join(", ", names.Take(5).Select(name => $"'{name}'"))}{(names.Count > 5 ? ", ..." : "")}, whose alphabet says nothing "
                + "of its fields. Rename them, name them in the order of the state (siteNames), or say which entry each observes (locations).");
        }
    }

    private static string Files(ImportOptions options) => string.Join(", ", options.Files);
}
