using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Scoring;

namespace Coda.Inference.Classical;

/// <summary>Where an archive's sites lie in the state that a classical method estimates: the fields of which anything is observed.</summary>
/// <remarks>
/// Statistics are kept by point. On a ring of one field every entry is a point, and all are alike; elsewhere every observed entry is one.
/// </remarks>
internal sealed class ObservedSites
{
    private readonly ArchiveDescription _archive;

    /// <summary>Finds the sites.</summary>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ArgumentException">The observation operator does more than select entries of the state.</exception>
    public ObservedSites(ArchiveDescription archive)
    {
        var h = ObservationOperator.Catalog.Create(archive.Operator, archive.Layout);
        if (!h.IsSelection(archive.Layout.Size))
        {
            throw new ArgumentException(
                $"Expected an observation operator that selects entries of the state (such as site-selection), got {archive.Operator.Name}; use a trained network instead.");
        }

        _archive = archive;
        Layout = LayoutMatch.ObservedFields(archive);
        var places = LayoutMatch.Places(Layout, archive.Layout);
        var entries = h.Locations.Select(l => Array.IndexOf(places, l)).ToArray();
        var points = Layout.IsRing ? [.. Enumerable.Range(0, Layout.Size)] : entries.Distinct().Order().ToArray();
        PointCount = points.Length;
        PointOfSite = [.. entries.Select(e => Array.IndexOf(points, e))];
        PointOfEntry = [.. Enumerable.Range(0, Layout.Size).Select(e => Array.IndexOf(points, e))];
    }

    /// <summary>The layout of the estimated states.</summary>
    public StateLayout Layout { get; }

    /// <summary>The number of points.</summary>
    public int PointCount { get; }

    /// <summary>The point of each site.</summary>
    public int[] PointOfSite { get; }

    /// <summary>The point of each state entry, or -1.</summary>
    public int[] PointOfEntry { get; }

    /// <summary>Whether all points are alike, so that statistics depend on distances only.</summary>
    public bool IsRing => Layout.IsRing;

    /// <summary>Refuses an archive that does not observe as the reference does.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ArgumentException">Layout, operator, step length or units differ.</exception>
    public void Require(string method, ArchiveDescription archive) => new Faults($"{method}: the archive against the reference observations")
        .Require(archive.Layout.Equals(_archive.Layout), nameof(archive.Layout), $"{_archive.Layout}", archive.Layout)
        .Require(
            archive.SiteCount == _archive.SiteCount && new ObservedSites(archive).PointOfSite.SequenceEqual(PointOfSite),
            nameof(archive.Operator), $"the same {_archive.SiteCount} sites", $"{archive.SiteCount} sites elsewhere ({archive.Operator.Name})")
        .Require(Math.Abs(archive.StepLength - _archive.StepLength) <= 1e-9 * _archive.StepLength, nameof(archive.StepLength), $"{_archive.StepLength}", archive.StepLength)
        .Require(archive.ValueUnit == _archive.ValueUnit, nameof(archive.ValueUnit), _archive.ValueUnit, archive.ValueUnit)
        .ThrowIfAny();
}
