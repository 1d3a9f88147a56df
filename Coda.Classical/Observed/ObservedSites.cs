using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Data.Time;

namespace Coda.Classical.Observed;

/// <summary>Where an archive's sites lie in the state that a classical method estimates: the fields of which anything is observed.</summary>
/// <remarks>
/// Statistics are kept by point. On one grid that is the same everywhere every entry is a point, and all are alike; elsewhere every observed entry is one.
/// </remarks>
internal sealed class ObservedSites
{
    // Places, points and entries, some of them twice.
    private const int BytesPerEntry = 32;

    private readonly ArchiveDescription _archive;

    /// <summary>Finds the sites.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ArgumentException">The observation operator does more than select entries of the state.</exception>
    public ObservedSites(ArchiveDescription archive)
    {
        var h = WorkingOperator.Of(archive.Operator, archive.Layout, archive.ErrorModels());
        if (!h.IsSelection(archive.Layout.Size) && archive.Layout.IsBounded
            && ObservationOperator.Catalog.Create(archive.Operator, archive.Layout).IsSelection(archive.Layout.Size))
        {
            throw new ArgumentException(
                "Expected fields that are observed on the scale on which methods work, got fields with bounds whose errors are not multiplicative; import the "
                    + "observations with --errors multiplicative, take an ensemble method, or fit the record (coda estimate --analyses).");
        }

        if (!h.IsSelection(archive.Layout.Size))
        {
            throw new ArgumentException(
                $"Expected an observation operator that selects entries of the state (such as site-selection), got {archive.Operator.Name}; "
                    + "use a trained network instead.");
        }

        _archive = archive;
        new MemoryNeed("Sites of the archive").Add($"{archive.SiteCount} sites, {archive.Layout.Size} entries of a state", BytesPerEntry, archive.Layout.Size)
            .Require("Take a smaller state.");
        Layout = LayoutMatch.ObservedFields(archive);
        var places = LayoutMatch.Places(Layout, archive.Layout);
        var placeOf = Places(places, archive.Layout.Size);
        var entries = h.Locations.Select(l => placeOf[l]).ToArray();
        var points = Grid is not null ? [.. Enumerable.Range(0, Layout.Size)] : entries.Distinct().Order().ToArray();
        PointCount = points.Length;
        EntryOfSite = entries;
        PointOfEntry = Places(points, Layout.Size);
        PointOfSite = Array.ConvertAll(entries, entry => PointOfEntry[entry]);
    }

    /// <summary>The layout of the estimated states.</summary>
    public StateLayout Layout { get; }

    /// <summary>The number of points.</summary>
    public int PointCount { get; }

    /// <summary>The point of each site.</summary>
    public int[] PointOfSite { get; }

    /// <summary>The state entry of each site.</summary>
    public int[] EntryOfSite { get; }

    /// <summary>The point of each state entry, or -1.</summary>
    public int[] PointOfEntry { get; }

    /// <summary>The grid on which all points are alike, so that statistics depend on displacements only; elsewhere <see langword="null"/>.</summary>
    public Grid? Grid => Layout.Grid is { IsTranslationInvariant: true } grid ? grid : null;

    /// <summary>Refuses an archive that does not observe as the reference does.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ArgumentException">Layout, operator, step length or units differ.</exception>
    public void Require(string method, ArchiveDescription archive) => new Faults($"{method}: the archive against the reference observations")
        .Require(archive.Layout.Equals(_archive.Layout), nameof(archive.Layout), $"{_archive.Layout}", archive.Layout)
        .Require(
            archive.SiteCount == _archive.SiteCount && new ObservedSites(archive).PointOfSite.SequenceEqual(PointOfSite),
            nameof(archive.Operator), $"the same {_archive.SiteCount} sites", $"{archive.SiteCount} sites elsewhere ({archive.Operator.Name})")
        .Require(TimeAxis.IsSameStep(_archive.StepLength, archive.StepLength), nameof(archive.StepLength), $"{_archive.StepLength}", archive.StepLength)
        .Require(archive.ValueUnit == _archive.ValueUnit, nameof(archive.ValueUnit), _archive.ValueUnit, archive.ValueUnit)
        .ThrowIfAny();

    // For every value below a number, its place among the values; -1 where it has none.
    private static int[] Places(int[] values, int count)
    {
        var places = new int[count];
        Array.Fill(places, -1);
        for (var i = 0; i < values.Length; i++)
        {
            places[values[i]] = i;
        }

        return places;
    }
}
