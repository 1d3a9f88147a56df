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
    /// <exception cref="ArgumentException">The operator does not apply to the layout, the archive has other sites, or fields have bounds and what is observed
    /// are not their coordinates.</exception>
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

        if (new SiteMap(layout, h.Locations).DifferenceTo(archive.Sites()) is { } difference)
        {
            throw new ArgumentException(
                $"Sites of the archive against the state of system '{system.Name}' ({layout}): {difference}. Import the observations again "
                + "with --system, which takes names of entries to these entries.");
        }

        // Networks scale what they read and what they give by one climatology.
        var working = WorkingOperator.Of(component, layout, archive.ErrorModels());
        return !layout.IsBounded || working.IsSelection(layout.Size) ? working : throw new ArgumentException(
            $"Training: expected observations of the coordinates of system '{system.Name}', whose fields have bounds, which are logarithms of fields greater "
            + $"than 0, got values with {Words(archive)} errors by '{component.Name}'. Import the observations with --errors "
            + "multiplicative, or estimate parameters without a network ('coda estimate').");
    }

    private static string Words(ArchiveDescription archive) => string.Join(" and ", archive.ErrorModels().Distinct().Select(errors => errors.Word()));
}
