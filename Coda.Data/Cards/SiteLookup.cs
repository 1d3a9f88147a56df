using System.Globalization;

namespace Coda.Data.Cards;

/// <summary>The sites of a model by what they are called: by their own names, or else like the entry of the state that they lie at.</summary>
/// <remarks>Immutable; safe to share.</remarks>
public sealed class SiteLookup
{
    private readonly Dictionary<string, int> _sites = new(StringComparer.Ordinal);

    /// <summary>Reads the names.</summary>
    /// <param name="card">The model's card.</param>
    public SiteLookup(ModelCard card)
    {
        var sites = card.Sites();
        for (var site = 0; site < sites.Entries.Count; site++)
        {
            _sites.TryAdd(sites.Names?[site] ?? sites.EntryAt(site), site);
        }

        HasNumbers = sites.Names?.Any(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) == true;
        EntryNames = sites.Names is null ? null : sites.EntryNames();
    }

    /// <summary>The names of the state's entries; <see langword="null"/> where no site has a name of its own.</summary>
    public IReadOnlyList<string>? EntryNames { get; }

    /// <summary>Whether names are numbers, which an index would be taken for.</summary>
    public bool HasNumbers { get; }

    /// <summary>The index of a site; <see langword="null"/> where none is called so.</summary>
    /// <param name="name">What it is called.</param>
    public int? IndexOf(string name) => _sites.TryGetValue(name, out var site) ? site : null;
}
