using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Training.Experiments;

/// <summary>Whether an archive's sites are what an operator observes of a system.</summary>
internal static class ArchiveMatch
{
    /// <summary>Makes the operator, and refuses sites that are not its own.</summary>
    /// <param name="system">The simulator's system.</param>
    /// <param name="layout">The layout of its state.</param>
    /// <param name="component">The observation operator.</param>
    /// <param name="archive">What the archive holds.</param>
    /// <exception cref="ArgumentException">The operator does not apply to the layout, the archive has other sites, or fields have bounds and the operator does
    /// more than select entries.</exception>
    public static ObservationOperator Require(Component system, StateLayout layout, Component component, ArchiveDescription archive)
    {
        var h = ObservationOperator.Catalog.Create(component, layout);
        if (h.SiteCount != archive.SiteCount)
        {
            var cure = archive.System is { } own && own.Name != system.Name
                ? $"take the archive's system ('{own.Name}'), which is the default without an experiment"
                : "set the system's size or the operator";
            throw new ArgumentException(
                $"Expected an archive of {h.SiteCount} sites for system '{system.Name}' ({layout}), got {archive.SiteCount}; {cure}.");
        }

        var sites = new SiteMap(layout, h.Locations);
        if (archive.System is { } its && sites.GridDifferenceTo(archive.Sites()) is { } otherGrid)
        {
            throw new ArgumentException($"System '{system.Name}' ({layout}) against the archive, which system '{its.Name}' gave its grid: {otherGrid}. "
                + "Take a system on the archive's grid.");
        }

        if (sites.DifferenceTo(archive.Sites()) is { } difference)
        {
            throw new ArgumentException(
                $"Sites of the archive against the state of system '{system.Name}' ({layout}): {difference}. Import the observations again "
                + "with --system, which takes names of entries to these entries.");
        }

        var working = WorkingOperator.Of(component, layout, archive.ErrorModels());

        // Networks read each observation as the coordinate of an entry.
        return !layout.IsBounded || h.IsSelection(layout.Size) ? working : throw new ArgumentException(
            $"Training: expected an observation operator that selects entries of the state of system '{system.Name}', whose fields have bounds (such as "
            + $"site-selection), got '{component.Name}'. Estimate parameters without a network ('coda estimate').");
    }
}
