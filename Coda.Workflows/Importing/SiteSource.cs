using Coda.Data.Archives.Stored;
using Coda.Data.Archives.Stores;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Observations;

namespace Coda.Workflows.Importing;

/// <summary>The sites of a model or an archive, which other observations are to be brought into.</summary>
/// <param name="System">The system, where it is known.</param>
/// <param name="Sites">Names, order and places in the state.</param>
internal sealed record SiteSource(Component? System, SiteMap Sites)
{
    /// <summary>The entries of the state, where they are not the whole state in order.</summary>
    public IReadOnlyList<int>? Locations => Sites.Entries.SequenceEqual(Enumerable.Range(0, Sites.Layout.Size)) ? null : Sites.Entries;

    /// <summary>Reads a model's card or an archive's description.</summary>
    /// <param name="path">A model's folder or name, or an archive's directory.</param>
    /// <exception cref="ArgumentException">What is observed there is more than entries of the state.</exception>
    public static SiteSource Of(string path)
    {
        var (system, sites, h) = ArchiveStores.Holds(path) ? OfArchive(path) : OfModel(path);
        return ObservationOperator.Catalog.Create(h, sites.Layout).IsSelection(sites.Layout.Size)
            ? new(system, sites)
            : throw new ArgumentException($"--sites-of {path}: expected sites that are entries of the state, got the observation operator '{h.Name}'. "
                + "Name sites and entries with --site-names and --locations.");
    }

    private static (Component?, SiteMap, Component) OfArchive(string path)
    {
        using var archive = ParquetArchive.Open(path);
        return (archive.Description.System, archive.Description.Sites(), archive.Description.Operator);
    }

    private static (Component?, SiteMap, Component) OfModel(string path)
    {
        var card = ModelFolder.ReadCard(ReleasedModels.Find(path));
        return (card.System, card.Sites(), card.Operator);
    }
}
