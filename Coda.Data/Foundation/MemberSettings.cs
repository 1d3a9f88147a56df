using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coda.Data.Foundation;

/// <summary>Settings of the form member=value, applied to a record such as an experiment.</summary>
/// <remarks>
/// A member is named as in JSON. Options of components follow a dot, <c>network.width=8</c>; an entry of a list is named by its name,
/// <c>loss.consistency.alpha=0.5</c>, and one that is no component is added where the list has none of that name, <c>parameters.a.start=.6</c>; one of a map
/// by its key, <c>forcing.F.mean=8</c>. A value is a number, JSON, or else text; a component may be given by its name alone, <c>correction=pointwise</c>, or as
/// NAME:OPTION=VALUE,OPTION=VALUE.
/// </remarks>
public static class MemberSettings
{
    /// <summary>Returns the record with settings applied, in order.</summary>
    /// <param name="record">The record to start from.</param>
    /// <param name="settings">Texts of the form member=value.</param>
    /// <exception cref="ArgumentException">No such member, or a value of the wrong type.</exception>
    public static T Apply<T>(T record, IEnumerable<string> settings)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var setting in settings)
        {
            var root = JsonSerializer.SerializeToNode(record, CodaJson.Options)!.AsObject();
            var (path, value) = Split(setting);
            SetMember(root, typeof(T), path, value, setting);
            record = CodaJson.Bind<T>(root, $"--set {ForeignText.Shorten(setting)}");
        }

        return record;
    }

    /// <summary>A component from its name, from NAME:OPTION=VALUE,OPTION=VALUE, or from JSON with name and options.</summary>
    /// <param name="text">What the user gave.</param>
    public static Component Component(string text) =>
        !text.TrimStart().StartsWith('{') ? text.Split(':', 2) is [var name, var settings] ? Component(name, settings.Split(',')) : new Component(text)
        : Value(text) is JsonObject json ? CodaJson.Bind<Component>(json, ForeignText.Shorten(text))
        : throw new ArgumentException($"Expected a name, or a JSON object with name and options, got {ForeignText.Shorten(text)}.");

    /// <summary>A component with settings of its own options, <c>option=value</c>.</summary>
    /// <param name="name">The component's name.</param>
    /// <param name="settings">Texts of the form option=value.</param>
    public static Component Component(string name, IEnumerable<string> settings)
    {
        var options = new JsonObject();
        foreach (var setting in settings)
        {
            var (path, value) = Split(setting);
            options[Camel(string.Join('.', path))] = value;
        }

        return new Component(name, options.Count > 0 ? options : null);
    }

    private static (string[] Path, JsonNode? Value) Split(string setting)
    {
        var border = setting.IndexOf('=', StringComparison.Ordinal);
        return border > 0
            ? (setting[..border].Split('.'), Value(setting[(border + 1)..]))
            : throw new ArgumentException($"--set: expected member=value, got '{setting}'.");
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return CodaJson.Parse<JsonNode?>(text, "value", "");
        }
        catch (InvalidDataException)
        {
            return IsNumber(text, out var number) ? JsonValue.Create(number) : JsonValue.Create(text);
        }
    }

    // As people write them, .6 and +2; JSON knows neither. Other texts with digits, as 007, stay text.
    private static bool IsNumber(string text, out double number)
    {
        number = 0;
        return (text.StartsWith('+') || text.TrimStart('-').StartsWith('.'))
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    private static void SetMember(JsonObject target, Type type, ReadOnlySpan<string> path, JsonNode? value, string setting)
    {
        var property = Property(type, path[0], setting);
        var name = JsonNamingPolicy.CamelCase.ConvertName(property.PropertyType == typeof(JsonObject) ? "options" : property.Name);
        var inner = ElementOf(property.PropertyType);
        if (path.Length == 1)
        {
            target[name] = property.PropertyType == typeof(Component) && value is JsonValue text ? Node(Component(text.ToString())) : value;
        }
        else if (property.PropertyType == typeof(Component))
        {
            SetOption(target[name] as JsonObject ?? throw Absent(setting, path.Length), path[1..], value);
        }
        else if (property.PropertyType == typeof(IReadOnlyDictionary<string, Component>))
        {
            var item = (target[name] as JsonObject)?[path[1]] as JsonObject ?? throw new ArgumentException(
                $"--set {setting}: there is no {name}.{path[1]} yet; choose one first.");
            SetOption(item, path.Length > 2 ? path[2..] : throw new ArgumentException(
                $"--set {setting}: expected {name}.{path[1]}.OPTION=value, got no option."), value);
        }
        else if (inner is not null)
        {
            var item = Entry(target, name, path[1], inner, setting);
            if (path.Length == 2)
            {
                throw new ArgumentException($"--set {setting}: expected {name}.{path[1]}.OPTION=value, got no option.");
            }

            if (inner == typeof(Component))
            {
                SetOption(item, path[2..], value);
            }
            else
            {
                SetMember(item, inner, path[2..], value, setting);
            }
        }
        else
        {
            if (target[name] is not JsonObject record)
            {
                // A record that is not there yet starts from its defaults.
                record = IsRecord(property.PropertyType) ? [] : throw new ArgumentException(
                    $"--set {setting}: expected a value for {name}, which has no members, got '{name}.{path[1]}'.");
                target[name] = record;
            }

            SetMember(record, property.PropertyType, path[1..], value, setting);
        }
    }

    // A component of another name may be one misspelt, and would be made; records are checked against what they name.
    private static JsonObject Entry(JsonObject target, string list, string wanted, Type type, string setting)
    {
        if (target[list] is not JsonArray entries)
        {
            target[list] = entries = [];
        }

        var items = entries.OfType<JsonObject>().ToList();
        if (items.FirstOrDefault(i => (string?)i["name"] == wanted) is { } item)
        {
            return item;
        }

        if (type == typeof(Component))
        {
            throw new ArgumentException(
                $"--set {setting}: expected one of {string.Join(", ", items.Select(i => (string?)i["name"]))} after '{list}.', got '{wanted}'.");
        }

        var added = new JsonObject { ["name"] = wanted };
        entries.Add((JsonNode)added);
        return added;
    }

    private static JsonObject Node(Component component) =>
        component.Options is { } options ? new() { ["name"] = component.Name, ["options"] = options } : new() { ["name"] = component.Name };

    private static void SetOption(JsonObject component, ReadOnlySpan<string> path, JsonNode? value)
    {
        var option = string.Join('.', path.ToArray());
        if (option == "name")
        {
            component["name"] = value;
            return;
        }

        if (component["options"] is not JsonObject options)
        {
            component["options"] = options = [];
        }

        options[Camel(path[0] == "options" && path.Length > 1 ? string.Join('.', path[1..].ToArray()) : option)] = value;
    }

    private static ArgumentException Absent(string setting, int rest)
    {
        var path = Split(setting).Path;
        var member = string.Join('.', path[..^(rest - 1)]);
        return new($"--set {setting}: there is no {member} yet; choose one first with --set {member}=NAME.");
    }

    private static bool IsRecord(Type type) =>
        type.IsClass && type != typeof(string) && type.GetConstructor(Type.EmptyTypes) is not null && !typeof(IEnumerable).IsAssignableFrom(type);

    private static PropertyInfo Property(Type type, string name, string setting)
    {
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)
            .ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name), StringComparer.Ordinal);
        if (known.TryGetValue(name, out var property) || known.TryGetValue(Camel(name), out property))
        {
            return property;
        }

        var nearest = NearestName.Of(Camel(name), known.Keys) is { } near ? $" Did you mean '{near}'?" : "";
        throw new ArgumentException($"--set {setting}: unknown member '{name}'.{nearest} Known: {string.Join(", ", known.Keys)}.");
    }

    private static Type? ElementOf(Type type) =>
        type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type)
            && type.GetGenericArguments()[0] is { IsPrimitive: false } element && element != typeof(string)
            ? element
            : null;

    /// <summary>A name as JSON has it: observing-network and observingNetwork name the same member.</summary>
    /// <param name="name">The name.</param>
    public static string Camel(string name)
    {
        var words = name.Split('-');
        return words[0] + string.Concat(words.Skip(1).Select(w => w.Length == 0 ? "" : char.ToUpperInvariant(w[0]) + w[1..]));
    }
}
