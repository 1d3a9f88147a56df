using Coda.Data.Foundation;

namespace Coda.Workflows.Demonstrating;

/// <summary>A demo under its name; adding one adds one file.</summary>
/// <remarks>Every sealed, public subclass is found by itself (<see cref="PlugIns"/>). Immutable; safe to share.</remarks>
public abstract class NamedDemo
{
    /// <summary>The name under which it is found.</summary>
    public abstract string Name { get; }

    /// <summary>The demo.</summary>
    public abstract DemoSettings Full { get; }

    /// <summary>The same stages in a few seconds; its numbers mean nothing.</summary>
    public abstract DemoSettings Quick { get; }

    /// <summary>Every demo, sorted by name.</summary>
    public static IReadOnlyList<NamedDemo> All => Catalog.All;

    private static NamedCatalog<NamedDemo> Catalog { get; } = new("demo", named => named.Name);

    /// <summary>The demo of a name.</summary>
    /// <param name="name">A name among <see cref="All"/>.</param>
    /// <exception cref="ArgumentException">There is none; the message suggests the nearest name.</exception>
    public static NamedDemo Named(string name) => Catalog.Named(name);
}
