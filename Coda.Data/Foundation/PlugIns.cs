using System.Reflection;

namespace Coda.Data.Foundation;

/// <summary>The classes that plug in to a contract, found by themselves. Safe for use from several threads.</summary>
/// <remarks>
/// Looked through are the contract's own assembly, Coda's that lie beside the program, and every loaded one that references the contract's, a user's included.
/// What was found is kept until another assembly is loaded.
/// </remarks>
public static class PlugIns
{
    private static readonly Lock Looking = new();
    private static readonly Dictionary<Type, Found> Kept = [];
    private static int _loaded; // rises with each assembly
    private static int _seen = -1;

    static PlugIns()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (_, _) => Interlocked.Increment(ref _loaded);
        foreach (var file in $"{AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")}".Split(Path.PathSeparator).Select(Path.GetFileNameWithoutExtension))
        {
            if (file?.StartsWith("Coda.", StringComparison.Ordinal) == true)
            {
                Assembly.Load(file);
            }
        }
    }

    /// <summary>The public, sealed subclasses or implementations of a contract, in no order.</summary>
    /// <param name="contract">An abstract class or an interface.</param>
    public static IReadOnlyList<Type> Of(Type contract) => Find(contract).Types;

    /// <summary>Every class of a contract that is not abstract, among them those that do not plug in: not public, not sealed, or made otherwise.</summary>
    /// <param name="contract">The contract.</param>
    public static IEnumerable<Type> Classes(Type contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        return Assemblies(contract).SelectMany(ClassesOf).Where(contract.IsAssignableFrom);
    }

    /// <summary>The classes of an assembly that are not abstract; of one that cannot be read whole, those that can be.</summary>
    /// <param name="assembly">The assembly.</param>
    public static IEnumerable<Type> ClassesOf(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return TypesOf(assembly).Where(type => type is { IsClass: true, IsAbstract: false });
    }

    /// <summary>What could not be looked through for them, as a sentence; empty where everything could.</summary>
    /// <param name="contract">The contract.</param>
    public static string Unread(Type contract) =>
        Find(contract).Faults is { Count: > 0 } faults ? $" Not looked through: {string.Join("; ", faults)}." : "";

    /// <summary>Sorts plug-ins by name.</summary>
    /// <param name="types">Classes.</param>
    /// <param name="nameOf">The name of one.</param>
    /// <param name="noun">What one is called in messages, for example "system".</param>
    /// <exception cref="ArgumentException">Two have one name.</exception>
    public static SortedDictionary<string, Type> ByName(IEnumerable<Type> types, Func<Type, string> nameOf, string noun)
    {
        ArgumentNullException.ThrowIfNull(types);
        ArgumentNullException.ThrowIfNull(nameOf);
        var named = new SortedDictionary<string, Type>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            if (!named.TryAdd(nameOf(type), type))
            {
                throw new ArgumentException(
                    $"Expected one {noun} called '{nameOf(type)}', got two: {PlugInClass.Describe(named[nameOf(type)])} and {PlugInClass.Describe(type)}. "
                        + "Rename one of them, or load one only.");
            }
        }

        return named;
    }

    /// <summary>Says that there is no plug-in of a name.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="noun">What one is called in messages.</param>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="known">Those that there are.</param>
    /// <param name="cure">What else may be done, as the end of the sentence of names.</param>
    /// <param name="passedOver">Why a class of that name is none of them, a sentence.</param>
    public static ArgumentException Unknown(
        Type contract, string noun, string name, IEnumerable<string> known, string cure = "", string passedOver = "")
    {
        var names = known.ToList();
        var nearest = NearestName.Of(name, names) is { } near ? $" Did you mean '{near}'?" : "";
        return new ArgumentException(
            $"Unknown {noun} '{ForeignText.Shorten(name)}'.{nearest} Known: {string.Join(", ", names)}{cure}.{passedOver}{Unread(contract)}");
    }

    private static Found Find(Type contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        lock (Looking)
        {
            var now = Volatile.Read(ref _loaded);
            if (now != _seen)
            {
                Kept.Clear();
                _seen = now;
            }

            if (!Kept.TryGetValue(contract, out var found))
            {
                found = Look(contract);
                Kept.Add(contract, found);
            }

            return found;
        }
    }

    private static Found Look(Type contract)
    {
        var (types, faults) = (new List<Type>(), new List<string>());
        foreach (var assembly in Assemblies(contract))
        {
            try
            {
                types.AddRange(assembly.GetExportedTypes().Where(t => t is { IsSealed: true, IsAbstract: false } && contract.IsAssignableFrom(t)));
            }
            catch (Exception fault) when (fault is FileNotFoundException or FileLoadException or BadImageFormatException or TypeLoadException)
            {
                faults.Add($"{assembly.GetName().Name}.dll, which needs {ForeignText.Shorten(
                    (fault as FileNotFoundException)?.FileName ?? "another version of what it was built with")}");
            }
        }

        return new Found(types, faults);
    }

    private static IEnumerable<Assembly> Assemblies(Type contract) =>
        AppDomain.CurrentDomain.GetAssemblies().Where(a => a == contract.Assembly || References(a, contract.Assembly));

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException fault)
        {
            return fault.Types.OfType<Type>();
        }
    }

    private static bool References(Assembly assembly, Assembly contract) =>
        !assembly.IsDynamic && assembly.GetReferencedAssemblies().Any(name => name.Name == contract.GetName().Name);

    private sealed record Found(IReadOnlyList<Type> Types, IReadOnlyList<string> Faults);
}
