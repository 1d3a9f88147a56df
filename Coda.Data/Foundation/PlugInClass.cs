using System.Reflection;

namespace Coda.Data.Foundation;

/// <summary>What a class must be to plug in, so that none is passed over without a word.</summary>
public static class PlugInClass
{
    private const string Options = "Options";

    /// <summary>Why a class is no entry of a catalogue of classes with options.</summary>
    /// <param name="type">The class, not abstract.</param>
    /// <param name="context">What its constructor must take before its options.</param>
    /// <returns>What was expected and what was got; <see langword="null"/> where it is an entry.</returns>
    public static string? FaultWithOptions(Type type, IReadOnlyList<Type> context)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(context);
        if (FaultOfKind(type) is { } fault)
        {
            return fault;
        }

        return type.GetNestedType(Options) is not { } options ? "expected a public record Options nested in it, got none"
            : options.GetConstructor(Type.EmptyTypes) is null ? "expected Options with a constructor that takes nothing, got one that takes its members"
            : FaultOfConstructor(type, [.. context, options]);
    }

    /// <summary>Why a class is no entry of a catalogue of classes that name themselves.</summary>
    /// <param name="type">The class, not abstract.</param>
    /// <returns>What was expected and what was got; <see langword="null"/> where it is an entry.</returns>
    public static string? FaultWithoutOptions(Type type) => FaultOfKind(type) ?? FaultOfConstructor(type, []);

    /// <summary>A class with the file that it comes from, for messages.</summary>
    /// <param name="type">The class.</param>
    public static string Describe(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return $"{type.FullName} of {Path.GetFileName(type.Assembly.Location)}";
    }

    private static string? FaultOfKind(Type type) =>
        !type.IsVisible ? "expected a public class, got one that only its own assembly sees"
        : !type.IsSealed ? "expected a sealed class, got one that is open to subclasses"
        : null;

    private static string? FaultOfConstructor(Type type, IReadOnlyList<Type> expected)
    {
        var all = type.GetConstructors();
        return all.Any(constructor => Takes(constructor, expected)) ? null
            : $"expected a public constructor {Words(expected)}, got {(all.Length == 0 ? "none" : string.Join(" and ", all.Select(c => Words(Taken(c)))))}";
    }

    private static bool Takes(ConstructorInfo constructor, IReadOnlyList<Type> arguments)
    {
        var taken = Taken(constructor);
        return taken.Count == arguments.Count && taken.Zip(arguments).All(pair => pair.First.IsAssignableFrom(pair.Second));
    }

    private static IReadOnlyList<Type> Taken(ConstructorInfo constructor) => [.. constructor.GetParameters().Select(parameter => parameter.ParameterType)];

    private static string Words(IReadOnlyList<Type> types) => $"({string.Join(", ", types.Select(type => type.Name))})";
}
