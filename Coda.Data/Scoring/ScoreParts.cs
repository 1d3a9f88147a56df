using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Observations;

namespace Coda.Data.Scoring;

/// <summary>How numbers are taken apart for their scores: into parts, each with the places of its numbers.</summary>
/// <remarks>Immutable; safe to share.</remarks>
internal sealed class ScoreParts
{
    private const int MostSites = 1 << 16;

    private ScoreParts(int[] partOf, ScoredPart[] parts)
    {
        (PartOf, Parts) = (partOf, parts);
        Places = [.. parts.Select((_, part) => Enumerable.Range(0, partOf.Length).Where(i => partOf[i] == part).ToArray())];
    }

    /// <summary>All numbers together.</summary>
    public static ScoreParts Whole { get; } = new([], []);

    /// <summary>The parts; none where all numbers are scored together.</summary>
    public IReadOnlyList<ScoredPart> Parts { get; }

    /// <summary>The number of parts, 1 where all numbers are scored together.</summary>
    public int Count => Math.Max(1, Parts.Count);

    /// <summary>For every place its part.</summary>
    public int[] PartOf { get; }

    /// <summary>For every part its places.</summary>
    public int[][] Places { get; }

    /// <summary>What a part is; <see langword="null"/> where all numbers are scored together.</summary>
    /// <param name="part">Its number.</param>
    public ScoredPart? this[int part] => Parts.Count == 0 ? null : Parts[part];

    /// <summary>The parts of states.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="layout">The layout of the states.</param>
    /// <param name="by">What they are taken apart by.</param>
    /// <exception cref="ArgumentException">Too many parts.</exception>
    public static ScoreParts OfStates(ArchiveDescription archive, StateLayout layout, ScoreBy by)
    {
        var sites = archive.Sites();
        var names = by == ScoreBy.Site && layout.Equals(sites.Layout) ? sites.EntryNames() : null;
        return Of(layout, archive.UnitOf, archive.UnitOf, by, layout.Size, entry => entry, entry => names?[entry] ?? layout.EntryName(entry));
    }

    /// <summary>The parts of observations.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="by">What they are taken apart by.</param>
    /// <exception cref="ArgumentException">Too many parts.</exception>
    public static ScoreParts OfSites(ArchiveDescription archive, ScoreBy by)
    {
        var sites = archive.Sites();
        Func<StateField, string> unitOf = field => archive.ErrorsOf(field).UnitOf(archive.UnitOf(field));
        return Of(archive.Layout, unitOf, field => (archive.ErrorsOf(field), unitOf(field)), by, archive.SiteCount,
            site => sites.Entries[site], site => sites.Names?[site] ?? sites.EntryAt(site));
    }

    // Fields of different kinds, as values and logarithms, are not scored together.
    private static ScoreParts Of<TKind>(
        StateLayout layout, Func<StateField, string> unitOf, Func<StateField, TKind> kindOf, ScoreBy by,
        int count, Func<int, int> entryOf, Func<int, string> nameOf)
    {
        var areMixed = layout.Fields.Select(kindOf).Distinct().Skip(1).Any();
        if (by == ScoreBy.Lead && !areMixed)
        {
            return Whole;
        }

        if (by == ScoreBy.Site && count > MostSites)
        {
            throw new ArgumentException($"Scores by site: expected at most {MostSites} sites, got {count}. Score by field.");
        }

        var fields = layout.Fields.ToDictionary(f => f.Name, f => new ScoredPart(f.Name, unitOf(f)));
        var all = Enumerable.Range(0, count).Select(place => (Part: fields[layout.FieldAt(entryOf(place)).Name], place))
            .Select(p => by == ScoreBy.Site ? p.Part with { Site = nameOf(p.place) } : p.Part).ToList();
        var numbers = all.Distinct().Index().ToDictionary(p => p.Item, p => p.Index);
        return new([.. all.Select(part => numbers[part])], [.. numbers.Keys]);
    }
}
