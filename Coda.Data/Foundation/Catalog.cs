using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Coda.Data.Foundation;

/// <summary>
/// Every plug-in of one contract, found by itself (<see cref="PlugIns"/>): the sealed, public subclasses of <typeparamref name="T"/> that have an
/// <c>Options</c> record.
/// </summary>
/// <remarks>
/// An entry's name is its class name in kebab-case (<c>Lorenz96TwoLevel</c> is <c>lorenz96-two-level</c>) with the contract's last word dropped from its end.
/// Its constructor takes the contract's context arguments (none for most), then its options. Immutable; safe to share.
/// </remarks>
/// <typeparam name="T">The contract: an abstract class or an interface.</typeparam>
/// <param name="noun">What one entry is called in messages, for example "system".</param>
/// <param name="context">What an entry's constructor takes before its options, in order.</param>
public sealed partial class Catalog<T>(string noun, params IReadOnlyList<Type> context) : ICatalog
    where T : class
{
    /// <inheritdoc/>
    public string Noun => noun;

    /// <inheritdoc/>
    public Type Contract => typeof(T);

    /// <inheritdoc/>
    public IReadOnlyList<Type> Context => context;

    /// <summary>Whether an entry's constructor may take its options alone.</summary>
    public bool IsContextOptional { get; init; }

    /// <summary>The names of all entries, sorted.</summary>
    public IReadOnlyCollection<string> Names => Types().Keys;

    /// <summary>The name under which a class stands in the catalogue.</summary>
    /// <param name="type">A class of this contract.</param>
    public static string NameOf(Type type)
    {
        var name = type.Name;
        var noun = WordBorder().Split(typeof(T).Name)[^1];
        if (name.EndsWith(noun, StringComparison.Ordinal) && name.Length > noun.Length)
        {
            name = name[..^noun.Length];
        }

        return WordBorder().Replace(name, "-").ToLowerInvariant();
    }

    /// <summary>The class behind a name.</summary>
    /// <param name="name">A name from <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such entry; the message suggests the nearest name.</exception>
    public Type TypeOf(string name)
    {
        var types = Types();
        return types.TryGetValue(name, out var type) ? type : throw PlugIns.Unknown(typeof(T), noun, name, types.Keys, passedOver: PassedOver(name));
    }

    /// <inheritdoc/>
    public string NameFor(Type type) => NameOf(type);

    /// <inheritdoc/>
    public string? FaultOf(Type type) => PlugInClass.FaultWithOptions(type, ContextOf(type));

    /// <inheritdoc/>
    public IReadOnlyList<Type> ContextOf(Type type) =>
        IsContextOptional && PlugInClass.FaultWithOptions(type, context) is not null && PlugInClass.FaultWithOptions(type, []) is null ? [] : context;

    /// <summary>The default options of an entry, as JSON.</summary>
    /// <param name="name">A name from <see cref="Names"/>.</param>
    public JsonObject DefaultOptions(string name) =>
        JsonSerializer.SerializeToNode(Activator.CreateInstance(OptionsOf(TypeOf(name))), OptionsOf(TypeOf(name)), CodaJson.Options)!.AsObject();

    /// <summary>Makes an entry from its name and options.</summary>
    /// <param name="component">The name, and the options that differ from the defaults.</param>
    /// <param name="context">The contract's context arguments, in the constructor's order.</param>
    /// <exception cref="ArgumentException">Unknown name, unknown or mistyped option, or options out of range (all faults at once).</exception>
    public T Create(Component component, params object[] context)
    {
        var type = TypeOf(component.Name);
        var (source, options) = ($"Options of {noun} '{component.Name}'", (object?)null);
        try
        {
            options = JsonSource.Bind(CodaJson.ElementOf(component.Options ?? [], source), OptionsOf(type), source, "");
        }
        catch (InvalidDataException fault)
        {
            var cures = OptionsOf(type).GetCustomAttributes<WithdrawnAttribute>(inherit: true).Where(w => component.Options?.ContainsKey(w.Option) == true);
            var known = string.Join(", ", DefaultOptions(component.Name).Select(p => p.Key));
            throw new ArgumentException($"{fault.Message.TrimEnd()} Known: {known}.{string.Concat(cures.Select(w => $" {w.Cure}"))}", fault);
        }

        try
        {
            return (T)Activator.CreateInstance(type, IsContextOptional && ContextOf(type).Count == 0 ? [options] : [.. context, options])!;
        }
        catch (TargetInvocationException fault) when (fault.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
        catch (MissingMethodException fault)
        {
            throw new ArgumentException($"{noun} '{component.Name}', {PlugInClass.Describe(type)}: {FaultOf(type)}.", fault);
        }
    }

    /// <summary>Whatever of a component's options does not fit the entry's, in words; <see langword="null"/> where all does, or where there is no such
    /// entry.</summary>
    /// <param name="component">The component.</param>
    public string? OptionFaults(Component component) =>
        Types().TryGetValue(component.Name, out var type) && component.Options is { } options
            ? JsonSource.FaultsOf(CodaJson.ElementOf(options, component.Name), OptionsOf(type), CodaJson.Reading, "options")
            : null;

    private string PassedOver(string name)
    {
        var found = PlugIns.Classes(typeof(T)).Where(type => NameOf(type) == name || type.Name == name);
        return string.Concat(found.Select(type => (type, Fault: FaultOf(type))).Where(pair => pair.Fault is not null)
            .Select(pair => $" {PlugInClass.Describe(pair.type)} is passed over: {pair.Fault}."));
    }

    private SortedDictionary<string, Type> Types() =>
        PlugIns.ByName(PlugIns.Of(typeof(T)).Where(type => type.GetNestedType("Options") is not null), NameOf, noun);

    private static Type OptionsOf(Type type) => type.GetNestedType("Options")!;

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordBorder();
}
