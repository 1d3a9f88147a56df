using Coda.Data.Foundation;

namespace Coda.Workflows.Studying;

/// <summary>A record of a <see cref="Studying.Study"/> under its name; adding one adds one file.</summary>
/// <remarks>Every sealed, public subclass is found by itself (<see cref="PlugIns"/>). Immutable; safe to share.</remarks>
public abstract class NamedStudy
{
    /// <summary>The study; its <see cref="Studying.Study.Name"/> is the name under which it is found.</summary>
    public abstract Study Study { get; }

    /// <summary>Every named study, sorted by name.</summary>
    public static IReadOnlyList<Study> All => [.. Catalog.All.Select(named => named.Study)];

    private static NamedCatalog<NamedStudy> Catalog { get; } = new("study", named => named.Study.Name);

    /// <summary>The study of a name.</summary>
    /// <param name="name">A name among <see cref="All"/>.</param>
    /// <exception cref="ArgumentException">There is none; the message suggests the nearest name.</exception>
    public static Study Named(string name) => Catalog.Named(name).Study;
}
