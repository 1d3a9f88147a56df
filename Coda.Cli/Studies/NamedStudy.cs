using Coda.Data.Foundation;
using Coda.Training.Experiments;

namespace Coda.Cli.Studies;

/// <summary>A record of a <see cref="Studies.Study"/> under its name; adding one adds one file.</summary>
/// <remarks>Every sealed subclass is found by itself. Immutable; safe to share.</remarks>
internal abstract class NamedStudy
{
    /// <summary>The study.</summary>
    public abstract Study Study { get; }

    /// <summary>Every named study, sorted by name.</summary>
    public static IReadOnlyList<Study> All =>
    [
        .. typeof(NamedStudy).Assembly.GetTypes()
            .Where(t => t.IsSealed && t.IsSubclassOf(typeof(NamedStudy)))
            .Select(t => ((NamedStudy)Activator.CreateInstance(t)!).Study)
            .OrderBy(s => s.Name, StringComparer.Ordinal),
    ];

    /// <summary>The study of a name.</summary>
    /// <param name="name">A name among <see cref="All"/>.</param>
    /// <exception cref="ArgumentException">There is none; the message suggests the nearest name.</exception>
    public static Study Named(string name)
    {
        var all = All;
        var nearest = NearestName.Of(name, all.Select(s => s.Name)) is { } near ? $" Did you mean '{near}'?" : "";
        return all.FirstOrDefault(s => s.Name == name)
            ?? throw new ArgumentException($"Unknown study '{name}'.{nearest} Known: {string.Join(", ", all.Select(s => s.Name))}.");
    }
}
