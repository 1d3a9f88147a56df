namespace Coda.Data.Foundation;

/// <summary>Every plug-in of a contract that has no options, made once and found by the name that it gives itself; see <see cref="Catalog{T}"/> for those with
/// options.</summary>
/// <remarks>Entries are the public, sealed subclasses with a constructor that takes nothing (<see cref="PlugIns"/>). Safe for use from several
/// threads.</remarks>
/// <typeparam name="T">The contract: an abstract class or an interface.</typeparam>
/// <param name="noun">What one entry is called in messages, for example "experiment".</param>
/// <param name="nameOf">The name of one.</param>
public sealed class NamedCatalog<T>(string noun, Func<T, string> nameOf)
    where T : class
{
    /// <summary>Every entry, sorted by name.</summary>
    /// <exception cref="ArgumentException">Two have one name, or one cannot be made.</exception>
    public IReadOnlyList<T> All
    {
        get
        {
            var made = PlugIns.Of(typeof(T)).ToDictionary(type => type, Make);
            return [.. PlugIns.ByName(made.Keys, type => nameOf(made[type]), noun).Values.Select(type => made[type])];
        }
    }

    /// <summary>The entry of a name.</summary>
    /// <param name="name">A name among those of <see cref="All"/>.</param>
    /// <param name="cure">What else may be done where there is none, as the end of the sentence of names.</param>
    /// <exception cref="ArgumentException">There is none; the message suggests the nearest name.</exception>
    public T Named(string name, string cure = "")
    {
        var all = All;
        return all.FirstOrDefault(entry => nameOf(entry) == name) ?? throw PlugIns.Unknown(typeof(T), noun, name, all.Select(nameOf), cure);
    }

    private T Make(Type type) => PlugInClass.FaultWithoutOptions(type) is { } fault
        ? throw new ArgumentException($"{noun} {PlugInClass.Describe(type)}: {fault}.")
        : (T)Activator.CreateInstance(type)!;
}
