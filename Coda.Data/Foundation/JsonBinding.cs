using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Coda.Data.Foundation;

/// <summary>Binds JSON that was checked, and finds the part at which a constructor's own check refuses it.</summary>
internal static class JsonBinding
{
    /// <summary>Binds a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="type">The type.</param>
    /// <param name="bound">What it became.</param>
    /// <returns>Why it could not be; <see langword="null"/> where it was.</returns>
    public static Exception? Try(JsonElement value, Type type, out object? bound)
    {
        bound = null;
        try
        {
            bound = value.Deserialize(type, CodaJson.Reading);
            return null;
        }
        catch (Exception fault)
            when (fault is JsonException or ArgumentException or InvalidOperationException or FormatException or OverflowException or NotSupportedException)
        {
            return fault;
        }
    }

    /// <summary>The innermost part that cannot be bound by itself, and why.</summary>
    /// <param name="value">A value that cannot be bound.</param>
    /// <param name="type">The type.</param>
    /// <param name="path">Its path from the root.</param>
    /// <param name="fault">What binding it threw.</param>
    public static (string Path, string Told) Locate(JsonElement value, Type type, string path, Exception fault)
    {
        foreach (var (part, of, at) in Parts(value, Nullable.GetUnderlyingType(type) ?? type, path))
        {
            if (part.ValueKind != JsonValueKind.Null && Try(part, of, out _) is { } inner)
            {
                return Locate(part, of, at, inner);
            }
        }

        // Constructors of ours say what they expected and got; whatever else refuses speaks of types.
        return (path, fault is ArgumentException && fault.Message.Contains("expected", StringComparison.Ordinal)
            ? fault.Message.TrimEnd('.')
            : $"expected {JsonWords.Of(type, CodaJson.Reading)} that fits, got {JsonWords.Got(value)}");
    }

    private static IEnumerable<(JsonElement Value, Type Type, string Path)> Parts(JsonElement value, Type type, string path)
    {
        var info = CodaJson.Reading.GetTypeInfo(type);
        if (info.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary && value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                if ((info.ElementType ?? info.Properties.FirstOrDefault(p => p.Name == member.Name)?.PropertyType) is { } of)
                {
                    yield return (member.Value, of, JsonCheck.Join(path, member.Name));
                }
            }
        }
        else if (info.Kind == JsonTypeInfoKind.Enumerable && value.ValueKind == JsonValueKind.Array)
        {
            foreach (var (i, entry) in value.EnumerateArray().Index())
            {
                yield return (entry, info.ElementType!, FormattableString.Invariant($"{path}[{i}]"));
            }
        }
    }
}
