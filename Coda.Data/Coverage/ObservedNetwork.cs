using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Data.Coverage;

/// <summary>Which sites of a record are observed at all, as far as estimates may use them, and how often.</summary>
/// <param name="Sites">For every site whether it is observed at some step. [site]</param>
/// <param name="Density">The share of the record's (step, site) with an observation.</param>
public sealed record ObservedNetwork(IReadOnlyList<bool> Sites, double Density)
{
    /// <summary>Reads it from the record.</summary>
    /// <param name="archive">The observations; withheld ones are left out.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="ArchiveFormatException">As for <see cref="IObservationArchive.ReadStretches(int, int, ObservationSubset)"/>.</exception>
    public static ObservedNetwork Of(IObservationArchive archive, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        var sites = archive.Description.SiteCount;
        return Of(archive.ReadStretches(Math.Clamp((1 << 20) / sites, 1, 4096), 0), sites, cancellation);
    }

    /// <summary>Reads it from a record that is in memory.</summary>
    /// <param name="record">The observations.</param>
    public static ObservedNetwork Of(ObservationStretch record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Of([record], record.SiteCount, default);
    }

    private static ObservedNetwork Of(IEnumerable<ObservationStretch> record, int sites, CancellationToken cancellation)
    {
        var (observed, seen, count) = (new bool[sites], 0L, 0L);
        foreach (var stretch in record)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < stretch.Mask.Length; i++)
            {
                var isSeen = stretch.Mask[i] != 0;
                observed[i % observed.Length] |= isSeen;
                seen += isSeen ? 1 : 0;
            }

            count += stretch.Mask.Length;
        }

        return new(observed, count > 0 ? (double)seen / count : 0);
    }

    /// <summary>The entries of a state that are never observed: of fields with observed sites, and of those without.</summary>
    /// <param name="operator">The operator whose sites they are.</param>
    /// <param name="layout">The layout of the states.</param>
    public (IReadOnlyList<int> Never, IReadOnlyList<int> NotCovered) Unobserved(Component @operator, StateLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var (seen, fields) = (Seen(@operator, layout), Fields(@operator, layout).ToHashSet());
        int[] unseen = [.. Enumerable.Range(0, layout.Size).Where(entry => !seen[entry])];
        return ([.. unseen.Where(e => fields.Contains(layout.FieldAt(e).Name))], [.. unseen.Where(e => !fields.Contains(layout.FieldAt(e).Name))]);
    }

    /// <summary>The names of the fields of which an entry is observed.</summary>
    /// <param name="operator">The operator whose sites they are.</param>
    /// <param name="layout">The layout of the states.</param>
    public IEnumerable<string> Fields(Component @operator, StateLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var seen = Seen(@operator, layout);
        return layout.Fields.Where(f => seen.AsSpan(layout.OffsetOf(f.Name), f.Size).Contains(true)).Select(f => f.Name);
    }

    private bool[] Seen(Component @operator, StateLayout layout)
    {
        var (locations, seen) = (ObservationOperator.Catalog.Create(@operator, layout).Locations, new bool[layout.Size]);
        for (var site = 0; site < Sites.Count; site++)
        {
            seen[locations[site]] |= Sites[site];
        }

        return seen;
    }
}
