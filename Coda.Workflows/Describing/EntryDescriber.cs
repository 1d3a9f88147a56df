using System.Collections;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Component = Coda.Data.Foundation.Component;

namespace Coda.Workflows.Describing;

/// <summary>Describes entries of catalogues and experiments: what each option means, from the documentation beside their assemblies.</summary>
public static partial class EntryDescriber
{
    private const string Experiments = "experiment";

    private static readonly JsonSerializerOptions WithNulls = new(CodaJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>Every entry of a kind, sorted by name.</summary>
    /// <param name="kind">The kind.</param>
    public static IEnumerable<EntryDescription> Of(CatalogKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Catalog.Names.Select(name => Of(kind, name));
    }

    /// <summary>An entry of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The entry's name.</param>
    /// <exception cref="ArgumentException">There is no such entry.</exception>
    public static EntryDescription Of(CatalogKind kind, string name)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var type = kind.Catalog.TypeOf(name);
        var summary = XmlDocumentation.SummaryOf(type) is { Length: > 0 } text ? text : type.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
        return new(kind.Name, name, summary, XmlDocumentation.RemarksOf(type), Options(type.GetNestedType("Options")!, Defaults(type)));
    }

    /// <summary>An experiment with every member as it has it.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no such experiment.</exception>
    public static EntryDescription OfExperiment(string name)
    {
        var experiment = NamedExperiment.Named(name);
        var type = ClassOf(name);
        return new(
            Experiments, name, XmlDocumentation.SummaryOf(type) is { Length: > 0 } text ? text : experiment.Description, XmlDocumentation.RemarksOf(type),
            Options(typeof(Experiment), Json(experiment, typeof(Experiment))));
    }

    /// <summary>The members of an experiment, as they are where nobody says otherwise.</summary>
    public static IReadOnlyList<OptionDescription> DefaultsOfExperiments() => Options(typeof(Experiment), Json(new Experiment(), typeof(Experiment)));

    /// <summary>The class behind an experiment's name.</summary>
    /// <param name="name">Its name.</param>
    public static Type ClassOf(string name) =>
        PlugIns.Of(typeof(NamedExperiment)).Single(type => ((NamedExperiment)Activator.CreateInstance(type)!).Experiment.Name == name);

    /// <summary>The default options of an entry, with those that have none.</summary>
    /// <param name="entry">The entry's class.</param>
    public static JsonObject Defaults(Type entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var options = entry.GetNestedType("Options")!;
        return Json(Activator.CreateInstance(options)!, options);
    }

    private static JsonObject Json(object value, Type type) => JsonSerializer.SerializeToNode(value, type, WithNulls)!.AsObject();

    private static List<OptionDescription> Options(Type type, JsonObject values) =>
    [
        .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
           let name = JsonNamingPolicy.CamelCase.ConvertName(property.Name)
           where values.ContainsKey(name)
           orderby Depth(property.DeclaringType!) descending, property.MetadataToken
           let meaning = XmlDocumentation.MeaningOf(property)
           let isRequired = property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute))
           select new OptionDescription(
               name, TypeWords(property.PropertyType), isRequired ? null : values[name]?.DeepClone(), RangeWords(property.PropertyType, meaning), meaning),
    ];

    // A record's own options stand before those that it shares with others.
    private static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;

    private static string TypeWords(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) ? "text"
            : type == typeof(bool) ? "true or false"
            : type == typeof(double) || type == typeof(float) ? "number"
            : type.IsPrimitive ? "whole number"
            : type.IsEnum ? "word"
            : type == typeof(Component) ? "name, or name and options"
            : type.IsAssignableTo(typeof(IEnumerable)) && type.IsGenericType ? $"list: {TypeWords(type.GetGenericArguments()[^1])}"
            : "object";
    }

    private static string RangeWords(Type type, string meaning)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))
            : type.IsPrimitive && type != typeof(bool) && Ranges().Match(meaning) is { Success: true } range ? range.Value.Trim()
            : "";
    }

    // As documentation says it: "at least 4", "in [0, 1)", "1 to 12", "greater than 0".
    [GeneratedRegex(
        @"in [\[(][^\])]*[\])]|\b(?:at least|at most|greater than|less than|more than|up to) (?=[\d.-])[^,;.]*(?:\.\d+)?"
            + @"|\b\d+(?:\.\d+)? to \d+(?:\.\d+)?")]
    private static partial Regex Ranges();
}
