using System.Globalization;
using System.Runtime.CompilerServices;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;

namespace Coda.Data.Observations;

/// <summary>What the sites of a record or of a model mean: the entry of the state that each lies at, and its name where it has one.</summary>
/// <remarks>Immutable; safe to share.</remarks>
public sealed class SiteMap
{
    private const int MostNamed = 5;
    private static readonly ConditionalWeakTable<Component, SiteMap> Kept = [];

    /// <summary>Joins names and entries.</summary>
    /// <param name="layout">The layout of the state.</param>
    /// <param name="entries">For every site the entry of the state that it lies at; -1 where that is not known. [site]</param>
    /// <param name="names">The names, one for each site; <see langword="null"/> where sites are known by their index alone.</param>
    /// <exception cref="ArgumentException">Another number of names than of sites, or a name with a control character.</exception>
    public SiteMap(StateLayout layout, IReadOnlyList<int> entries, IReadOnlyList<string>? names = null)
    {
        if (names is not null && names.Count != entries.Count)
        {
            throw new ArgumentException($"Sites: expected {entries.Count} names or none, got {names.Count}.", nameof(names));
        }

        if (names?.FirstOrDefault(name => name.Any(char.IsControl)) is { } faulty)
        {
            var code = (int)faulty.First(char.IsControl);
            throw new ArgumentException($"Sites: expected names without control characters, got one with U+{code:X4}.", nameof(names));
        }

        var isNumbered = names?.Index().All(name => name.Item == name.Index.ToString(CultureInfo.InvariantCulture)) ?? true;
        (Layout, Entries, Names) = (layout, entries, isNumbered ? null : names);
    }

    /// <summary>Finds the entries by the observation operator.</summary>
    /// <param name="layout">The layout of the state.</param>
    /// <param name="h">The operator. Where no plug-in of that name is loaded, the sites' places are not known.</param>
    /// <param name="siteCount">The number of sites, where no operator tells it.</param>
    /// <param name="names">The names, if there are any.</param>
    /// <exception cref="ArgumentException">The operator does not apply to the layout, or there is another number of names than of sites.</exception>
    internal static SiteMap Of(StateLayout layout, Component h, int siteCount, IReadOnlyList<string>? names)
    {
        if (!ObservationOperator.Catalog.Names.Contains(h.Name))
        {
            return new SiteMap(layout, [.. Enumerable.Repeat(-1, siteCount)], names);
        }

        // Of a million positions, those of a description that stays the same are worth keeping.
        if (!Kept.TryGetValue(h, out var sites) || !sites.Layout.Equals(layout))
        {
            sites = Of(layout, ObservationOperator.Catalog.Create(h, layout));
            if (sites.Positions is not null)
            {
                Kept.AddOrUpdate(h, sites);
            }
        }

        return names is null ? sites : new SiteMap(layout, sites.Entries, names) { Positions = sites.Positions };
    }

    /// <summary>Takes the entries, and the positions between them, from the observation operator.</summary>
    /// <param name="layout">The layout of the state.</param>
    /// <param name="h">The operator.</param>
    /// <param name="names">The names, if there are any.</param>
    /// <exception cref="ArgumentException">There is another number of names than of sites.</exception>
    public static SiteMap Of(StateLayout layout, ObservationOperator h, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(h);
        return new SiteMap(layout, h.Locations, names) { Positions = h.Positions };
    }

    /// <summary>The layout of the state.</summary>
    public StateLayout Layout { get; }

    /// <summary>For every site the entry of the state that it lies at; -1 where that is not known. [site]</summary>
    public IReadOnlyList<int> Entries { get; }

    /// <summary>The names, in the order of the sites; <see langword="null"/> where sites are known by their index alone, or called by it.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>Where the sites lie between the points of their grids; <see langword="null"/> where they lie at their entries.</summary>
    public SitePositions? Positions { get; init; }

    /// <summary>Where a site lies in the space of its field's grid, as a fraction of each axis (<see cref="Geometry.Grid.Position"/>). [dimension]</summary>
    /// <param name="site">The site.</param>
    /// <returns>As many numbers as the grid has axes of space; none without a geometry, or where the place is not known.</returns>
    public double[] PositionOf(int site)
    {
        if (FieldAt(site) is not { } field)
        {
            return [];
        }

        return Positions is { } positions
            ? [.. positions[site].ToArray().Zip(field.Grid.Extent, (coordinate, extent) => coordinate / extent)]
            : field.Grid.Position(Entries[site] - Layout.OffsetOf(field.Name));
    }

    /// <summary>The name of the state's entry that a site lies at, as in <c>prey</c> or <c>x[3]</c>.</summary>
    /// <param name="site">The site.</param>
    public string EntryAt(int site) => Entries[site] < 0 ? "unknown" : Layout.EntryName(Entries[site]);

    /// <summary>The field of the state that a site lies in; <see langword="null"/> where that is not known.</summary>
    /// <param name="site">The site.</param>
    public StateField? FieldAt(int site) => Entries[site] < 0 ? null : Layout.FieldAt(Entries[site]);

    /// <summary>What the entries of the state are called: as the site there, else as the layout says.</summary>
    /// <returns>A name for each entry. [space]</returns>
    public IReadOnlyList<string> EntryNames()
    {
        string[] names = [.. Enumerable.Range(0, Layout.Size).Select(Layout.EntryName)];
        for (var site = 0; site < (HasPlaces ? Names?.Count ?? 0 : 0); site++)
        {
            names[Entries[site]] = Names![site];
        }

        return names;
    }

    /// <summary>These sites on states of another length: the state itself, or those of its fields of which anything is observed.</summary>
    /// <param name="stateSize">The length of a state.</param>
    /// <returns>The sites, or <see langword="null"/> where neither has this length.</returns>
    public SiteMap? WithStateOf(int stateSize)
    {
        if (Layout.Size == stateSize || !HasPlaces)
        {
            return Layout.Size == stateSize ? this : null;
        }

        var fieldOf = Layout.Fields.Index().SelectMany(f => Enumerable.Repeat(f.Index, f.Item.Size)).ToArray(); // [space]
        var observed = Entries.Select(entry => fieldOf[entry]).ToHashSet();
        if (observed.Sum(f => Layout.Fields[f].Size) != stateSize)
        {
            return null;
        }

        var places = Enumerable.Range(0, Layout.Size).Where(entry => observed.Contains(fieldOf[entry])).Index().ToDictionary(p => p.Item, p => p.Index);
        return new SiteMap(new StateLayout([.. Layout.Fields.Where((_, f) => observed.Contains(f))]), [.. Entries.Select(entry => places[entry])], Names);
    }

    /// <summary>
    /// Where other sites mean something else than these, in words; <see langword="null"/> where they mean the same, as far as names and places tell.
    /// </summary>
    /// <remarks>Names count before places. A name that is an entry of the other's state means that entry. Sites that have no names are taken by their order,
    /// unless both have the same state.</remarks>
    /// <param name="other">The other sites.</param>
    public string? DifferenceTo(SiteMap other)
    {
        if (Names is not null && other.Names is not null)
        {
            return Names.SequenceEqual(other.Names) ? null : Describe(Names, other.Names);
        }

        if (Entries.Count != other.Entries.Count || !HasPlaces || !other.HasPlaces)
        {
            return null; // another number of sites is a fault of its own
        }

        var isElsewhere = Enumerable.Range(0, Entries.Count).Any(site =>
            (other.Names is not null && Layout.EntryOf(other.Names[site]) is { } meant && meant != Entries[site])
            || (Names is not null && other.Layout.EntryOf(Names[site]) is { } named && named != other.Entries[site]));
        return isElsewhere || (Layout.Equals(other.Layout) && !Entries.SequenceEqual(other.Entries))
            ? Describe([.. Shown(this)], [.. Shown(other)])
            : null;

        static IEnumerable<string> Shown(SiteMap sites) => sites.Names ?? Enumerable.Range(0, sites.Entries.Count).Select(sites.EntryAt);
    }

    /// <summary>Where other sites lie on another grid than these, such as one with walls in place of one that is periodic, in words; <see langword="null"/>
    /// where they lie on the same, where there is no geometry, or another number of sites, which is a fault of its own.</summary>
    /// <param name="other">The other sites.</param>
    public string? GridDifferenceTo(SiteMap other)
    {
        for (var site = 0; Entries.Count == other.Entries.Count && site < Entries.Count; site++)
        {
            if (FieldAt(site)?.Grid is { HasDistance: true } own && other.FieldAt(site)?.Grid is { HasDistance: true } its && !own.Equals(its))
            {
                return $"expected site {site} on a {own}, got it on a {its}";
            }
        }

        return null;
    }

    private bool HasPlaces => Entries.Count == 0 || Entries[0] >= 0;

    private static string Describe(IReadOnlyList<string> expected, IReadOnlyList<string> got)
    {
        var (unknown, missing) = (got.Except(expected).ToList(), expected.Except(got).ToList());
        var shared = Math.Min(expected.Count, got.Count);
        var first = Enumerable.Range(0, shared).FirstOrDefault(site => expected[site] != got[site], shared);
        var how = unknown.Count + missing.Count == 0
            ? "the same names in another order"
            : string.Join(", ", new[] { ("unknown", unknown), ("missing", missing) }.Where(p => p.Item2.Count > 0)
                .Select(p => $"{p.Item1} is {List(p.Item2)}"));
        return $"expected {List(expected)}, got {List(got)}; {how}, and the first difference is at site {first}";
    }

    private static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? $", ... ({names.Count})" : "");
}
