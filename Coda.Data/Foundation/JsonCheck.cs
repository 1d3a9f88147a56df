using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Coda.Data.Foundation;

/// <summary>Looks through a JSON document for whatever does not fit a type, before it is bound, and says it in words: the member's path from the root,
/// expected, got.</summary>
/// <remarks>
/// Told are members that are missing, unknown or there twice, null where a value is needed (in lists and dictionaries too), values of another kind, numbers
/// that are not whole, not finite or out of range, and names that are none of an enumeration's. Not thread-safe.
/// </remarks>
/// <param name="options">How the document will be bound.</param>
/// <param name="faults">Takes what is found.</param>
internal sealed class JsonCheck(JsonSerializerOptions options, Faults faults)
{
    private const int MostFaults = 6;

    /// <summary>Looks at a value and all that it holds.</summary>
    /// <param name="value">The value.</param>
    /// <param name="type">What it will be bound to.</param>
    /// <param name="path">Its path from the root; empty for the root itself.</param>
    /// <param name="isNullable">Whether it may be null, where the type does not say.</param>
    public void Visit(JsonElement value, Type type, string path, bool isNullable = false)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (value.ValueKind == JsonValueKind.Null)
        {
            Require(isNullable || bare != type || type == typeof(JsonElement) || type == typeof(JsonNode), path, JsonWords.Of(bare, options), value);
            return;
        }

        var info = options.GetTypeInfo(bare);
        if (info.Converter is IShapedConverter shaped)
        {
            VisitShaped(value, shaped, path);
        }
        else if (info.Kind == JsonTypeInfoKind.Object)
        {
            VisitObject(value, info, path);
        }
        else if (info.Kind == JsonTypeInfoKind.Dictionary)
        {
            VisitDictionary(value, info.ElementType!, path);
        }
        else if (info.Kind == JsonTypeInfoKind.Enumerable)
        {
            VisitList(value, info.ElementType!, path);
        }
        else if (Require(JsonWords.Fits(value, bare), path, JsonWords.Of(bare, options), value))
        {
            VisitFree(value, path);
        }
    }

    /// <summary>A member's path: behind a dot, or in brackets where its name is no plain word.</summary>
    /// <param name="path">The path of what has the member.</param>
    /// <param name="name">The member's name.</param>
    public static string Join(string path, string name) =>
        name.Length > 0 && name.Length <= ForeignText.Longest && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? path.Length > 0 ? $"{path}.{name}" : name
            : $"{path}[\"{ForeignText.Shorten(name)}\"]";

    /// <summary>The shape, among several, that a value is of; <see langword="null"/> where it is of another kind than all.</summary>
    /// <param name="value">The value.</param>
    /// <param name="shapes">The types.</param>
    /// <param name="options">How it will be bound.</param>
    public static Type? ShapeOf(JsonElement value, IReadOnlyList<Type> shapes, JsonSerializerOptions options)
    {
        string?[] names = value.ValueKind == JsonValueKind.Object ? [.. value.EnumerateObject().Select(JsonWords.NameOf)] : [];
        bool IsOfKind(Type shape) => options.GetTypeInfo(shape).Converter is IShapedConverter inner
            ? inner.Shapes.Any(IsOfKind)
            : JsonWords.KindOf(shape, options) == value.ValueKind;
        int Misfits(Type shape)
        {
            var known = options.GetTypeInfo(shape).Properties;
            return names.Except(known.Select(p => p.Name)).Count() + known.Where(IsRequired).Select(p => p.Name).Except(names).Count();
        }

        return shapes.Where(IsOfKind).MinBy(Misfits);
    }

    private void VisitShaped(JsonElement value, IShapedConverter converter, string path)
    {
        if (ShapeOf(value, converter.Shapes, options) is { } shape)
        {
            Visit(value, shape, path);
        }
        else
        {
            Require(false, path, JsonWords.Of(converter.Shapes, options), value);
        }
    }

    private void VisitObject(JsonElement value, JsonTypeInfo info, string path)
    {
        if (!Require(value.ValueKind == JsonValueKind.Object, path, "an object", value))
        {
            return;
        }

        var known = info.Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, member, at) in Members(value, path, seen))
        {
            if (!known.TryGetValue(name, out var property))
            {
                RequireKnown(at, name, known.Keys);
            }
            else if (property.Set is not null || property.AssociatedParameter is not null)
            {
                Visit(member, property.PropertyType, at, IsNullable(property));
            }
        }

        foreach (var property in known.Values.Where(p => IsRequired(p) && !seen.Contains(p.Name)))
        {
            Add(Join(path, property.Name), JsonWords.Of(property.PropertyType, options), "nothing");
        }
    }

    private void VisitDictionary(JsonElement value, Type type, string path)
    {
        if (Require(value.ValueKind == JsonValueKind.Object, path, "an object", value))
        {
            foreach (var (_, member, at) in Members(value, path, new(StringComparer.Ordinal)))
            {
                Visit(member, type, at);
            }
        }
    }

    private void VisitList(JsonElement value, Type type, string path)
    {
        if (Require(value.ValueKind == JsonValueKind.Array, path, "a list", value))
        {
            foreach (var (i, entry) in value.EnumerateArray().Index())
            {
                if (faults.Count >= MostFaults)
                {
                    return;
                }

                Visit(entry, type, FormattableString.Invariant($"{path}[{i}]"));
            }
        }
    }

    // What is kept as JSON: members that are there twice, and text that is none, would show when they are read.
    private void VisitFree(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var (_, member, at) in Members(value, path, new(StringComparer.Ordinal)))
            {
                VisitFree(member, at);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var (i, entry) in value.EnumerateArray().Index())
            {
                VisitFree(entry, FormattableString.Invariant($"{path}[{i}]"));
            }
        }
        else
        {
            Require(value.ValueKind != JsonValueKind.String || JsonWords.Fits(value, typeof(string)), path, JsonWords.Of(typeof(string), options), value);
        }
    }

    private IEnumerable<(string Name, JsonElement Value, string Path)> Members(JsonElement value, string path, HashSet<string> seen)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (faults.Count >= MostFaults)
            {
                yield break;
            }

            if (JsonWords.NameOf(member) is not { } name)
            {
                Add(path, "members with names in Unicode", "a name with half of a surrogate pair");
            }
            else if (!seen.Add(name))
            {
                Add(Join(path, name), "one value", "a second one");
            }
            else
            {
                yield return (name, member.Value, Join(path, name));
            }
        }
    }

    private void RequireKnown(string path, string name, IEnumerable<string> known)
    {
        var near = NearestName.Of(name.Length <= ForeignText.Longest ? name : "", known) is { } nearest
            ? $"did you mean '{nearest}'?"
            : $"known: {string.Join(", ", known)}";
        Add(path, $"a known member ({near})", "an unknown one");
    }

    private static bool IsNullable(JsonPropertyInfo property) => property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;

    // A parameter without a default has none to give; null is left out where it is written.
    private static bool IsRequired(JsonPropertyInfo property) => property.IsRequired
        || (property.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false } parameter
            && !parameter.IsNullable && Nullable.GetUnderlyingType(property.PropertyType) is null);

    private bool Require(bool condition, string path, string expected, JsonElement got)
    {
        if (!condition)
        {
            Add(path, expected, JsonWords.Got(got));
        }

        return condition;
    }

    private void Add(string path, string expected, string got)
    {
        if (faults.Count < MostFaults)
        {
            faults.Require(false, path.Length > 0 ? path : "the document", expected, got);
        }
    }
}
