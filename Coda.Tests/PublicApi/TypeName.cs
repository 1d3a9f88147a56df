using System.Globalization;
using System.Reflection;

namespace Coda.Tests.PublicApi;

/// <summary>Types as C# writes them: Coda's and the base library's without their namespace, others in full.</summary>
internal static class TypeName
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(string)] = "string", [typeof(object)] = "object",
    };

    public static string Of(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        return type.IsGenericParameter ? type.Name
            : type.IsByRef ? Of(type.GetElementType()!)
            : type.IsArray ? $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]"
            : Nullable.GetUnderlyingType(type) is { } underlying ? Of(underlying) + "?"
            : Namespace(type) + Nested(type);
    }

    /// <summary>A type's own name with its namespace.</summary>
    public static string Full(Type type) => $"{type.Namespace}.{Nested(type)}";

    public static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>A type's generic arguments without those that a nested type repeats of the ones around it.</summary>
    public static Type[] OwnArguments(Type type) => type.GetGenericArguments()[(type.DeclaringType?.GetGenericArguments().Length ?? 0)..];

    public static string Constraints(Type[] parameters) => string.Concat(
        from parameter in parameters
        where parameter.IsGenericParameter
        let attributes = parameter.GenericParameterAttributes
        let words = new[]
        {
            attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? "class" : "",
            attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? "struct" : "",
        }.Concat(parameter.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(Of)).Where(word => word != "").ToList()
        where words.Count > 0
        select $" where {parameter.Name} : {string.Join(", ", words)}");

    private static string Namespace(Type type) =>
        type.Namespace is null or "System" || type.Namespace.StartsWith("System.", StringComparison.Ordinal)
            || type.Namespace.StartsWith("Coda.", StringComparison.Ordinal)
            ? "" : type.Namespace + ".";

    private static string Nested(Type type)
    {
        var own = OwnArguments(type);
        var name = type.Name.Split('`')[0] + (own.Length == 0 ? "" : $"<{string.Join(", ", own.Select(Of))}>");
        return type.DeclaringType is { } outer ? $"{Nested(outer)}.{name}" : name;
    }
}
