using System.Reflection;
using System.Runtime.CompilerServices;

namespace Coda.Tests.PublicApi;

/// <summary>The public types and members of an assembly as text: a line a type, its members below it, in an order that no build changes.</summary>
/// <remarks>What the compiler adds to a record is left out: the word <c>record</c> says it.</remarks>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(IEnumerable<Type> types) =>
        from type in types
        where IsVisible(type)
        orderby type.FullName, StringComparer.Ordinal
        from line in new[] { TypeLine(type) }.Concat(MemberLines(type).Select(member => "    " + member).Order(StringComparer.Ordinal))
        select line;

    private static bool IsVisible(Type type) => type.IsPublic
        || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!));

    private static string TypeLine(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return $"delegate {Signature(type.GetMethod("Invoke")!, TypeName.Full(type))}";
        }

        var bases = type.IsEnum ? [] : new[] { type.BaseType }.Where(b => b is not null && b != typeof(object) && b != typeof(ValueType))
            .Concat(type.GetInterfaces().Where(i => i.IsVisible)).Select(b => TypeName.Of(b!)).Order(StringComparer.Ordinal).ToList();
        return $"{Kind(type)} "
            + $"{TypeName.Full(type)}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}{TypeName.Constraints(TypeName.OwnArguments(type))}";
    }

    private static string Kind(Type type)
    {
        var record = type.GetMethod("<Clone>$", Declared) is not null || type.GetMethod("PrintMembers", Declared) is not null ? "record " : "";
        return type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")}{(type.IsByRefLike ? "ref " : "")}{record}struct"
            : $"{(type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}{record}class";
    }

    private static IEnumerable<string> MemberLines(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [];
        }

        return type.GetMembers(Declared).Where(m => m is not Type && m.Name is not ("value__" or "<Clone>$" or "PrintMembers" or "EqualityContract"))
            .Select(Line).OfType<string>();
    }

    private static string? Line(MemberInfo member) => member switch
    {
        FieldInfo f when f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly => FieldLine(f),
        PropertyInfo p => PropertyLine(p),
        EventInfo e when IsVisible(e.AddMethod) => $"{Access(e.AddMethod!)}event {TypeName.Of(e.EventHandlerType!)} {e.Name}",
        ConstructorInfo c when IsVisible(c) => $"{Access(c)}new({Parameters(c)})",
        MethodInfo m when IsVisible(m) && !m.IsDefined(typeof(CompilerGeneratedAttribute))
            && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) =>
            Access(m) + Signature(m, m.Name),
        _ => null,
    };

    private static string FieldLine(FieldInfo field)
    {
        var name = $"{(field.IsPublic ? "" : "protected ")}{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}"
            + $"{(field.IsInitOnly ? "readonly " : "")}{TypeName.Of(field.FieldType)} {field.Name}";
        return field.IsLiteral ? $"{name} = {TypeName.Literal(field.GetRawConstantValue())}" : name;
    }

    private static string? PropertyLine(PropertyInfo property)
    {
        if (new[] { property.GetMethod, property.SetMethod }.FirstOrDefault(IsVisible) is not { } accessor)
        {
            return null;
        }

        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        var setter = IsVisible(property.SetMethod)
            ? property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        var required = property.CustomAttributes.Any(a => a.AttributeType.Name == "RequiredMemberAttribute") ? "required " : "";
        return $"{Access(accessor)}{required}{TypeName.Of(property.PropertyType)} {name} {{{(IsVisible(property.GetMethod) ? " get;" : "")}{setter} }}";
    }

    private static bool IsVisible(MethodBase? method) => method is not null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static string Access(MethodBase method) =>
        (method.IsPublic ? "" : "protected ")
        + (method.IsStatic ? "static " : "")
        + (method.DeclaringType!.IsInterface ? "" : method.IsAbstract ? "abstract "
            : method is MethodInfo m && m.GetBaseDefinition() != m ? "override "
            : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    private static string Signature(MethodInfo method, string name)
    {
        var arguments = method.GetGenericArguments();
        var generic = arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(a => a.Name))}>";
        return $"{TypeName.Of(method.ReturnType)} {name}{generic}({Parameters(method)}){TypeName.Constraints(arguments)}";
    }

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var direction = !parameter.ParameterType.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        var collection = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : "";
        var value = parameter.HasDefaultValue ? $" = {TypeName.Literal(parameter.RawDefaultValue)}" : "";
        return $"{collection}{direction}{TypeName.Of(parameter.ParameterType)} {parameter.Name}{value}";
    }
}
