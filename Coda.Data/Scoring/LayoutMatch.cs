using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Observations;

namespace Coda.Data.Scoring;

/// <summary>Where the entries of an estimated state lie in the truth's.</summary>
public static class LayoutMatch
{
    /// <summary>The layout of estimated states that come without one.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <param name="stateSize">The length of one estimated state.</param>
    /// <returns>The archive's layout, or that of the fields that are observed, whichever has this size.</returns>
    /// <exception cref="ArgumentException">Neither has.</exception>
    public static StateLayout Of(ArchiveDescription archive, int stateSize)
    {
        if (archive.Layout.Size == stateSize)
        {
            return archive.Layout;
        }

        var observed = ObservedFields(archive);
        return observed.Size == stateSize
            ? observed
            : throw new ArgumentException(
                $"Expected states of {archive.Layout} or of what is observed ({observed}), got states of {stateSize} entries; name their layout.");
    }

    /// <summary>The fields with at least one observed site.</summary>
    /// <param name="archive">What the archive holds.</param>
    public static StateLayout ObservedFields(ArchiveDescription archive)
    {
        var locations = ObservationOperator.Catalog.Create(archive.Operator, archive.Layout).Locations;
        return new StateLayout([.. archive.Layout.Fields.Where(f =>
        {
            var offset = archive.Layout.OffsetOf(f.Name);
            return locations.Any(l => l >= offset && l < offset + f.Size);
        })]);
    }

    /// <summary>For every entry of a layout, its place in another that has the same fields, and perhaps more.</summary>
    /// <param name="part">The layout with fewer fields.</param>
    /// <param name="whole">The layout with all of them.</param>
    /// <exception cref="ArgumentException">A field is missing, or of another size.</exception>
    public static int[] Places(StateLayout part, StateLayout whole) => [.. part.Fields.SelectMany(field =>
        whole.Fields.Contains(field)
            ? Enumerable.Range(whole.OffsetOf(field.Name), field.Size)
            : throw new ArgumentException($"Expected states whose fields are among those of the truth ({whole}), got {part}."))];

    /// <summary>Estimated states without the fields that a truth does not have, such as hidden ones of the model.</summary>
    /// <param name="states">The states.</param>
    /// <param name="layout">Their layout.</param>
    /// <param name="truth">The truth's.</param>
    /// <returns>The states with the fields that both have, and the layout of these.</returns>
    /// <exception cref="ArgumentException">They share no field.</exception>
    internal static (IEnumerable<StateBlock> States, StateLayout Layout) Known(IEnumerable<StateBlock> states, StateLayout layout, StateLayout truth)
    {
        var known = layout.Fields.Where(truth.Fields.Contains).ToList();
        if (known.Count == layout.Fields.Count)
        {
            return (states, layout);
        }

        if (known.Count == 0)
        {
            throw new ArgumentException($"Expected states with some of the truth's fields ({truth}), got {layout}.");
        }

        int[] entries = [.. known.SelectMany(field => Enumerable.Range(layout.OffsetOf(field.Name), field.Size))];
        return (states.Select(block => block.Select(entries) with
        {
            Spread = Of(block, block.Spread)?.Select(entries).States, Band = Of(block, block.Band)?.Select(entries).States,
        }), new StateLayout(known));

        static StateBlock? Of(StateBlock block, ReadOnlyMemory<float>? values) => values is { } given ? block with { States = given } : null;
    }
}
