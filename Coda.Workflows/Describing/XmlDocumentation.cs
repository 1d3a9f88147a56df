using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Coda.Workflows.Describing;

/// <summary>What the documentation that lies beside an assembly says of its classes and their members. Safe for use from several threads.</summary>
public static partial class XmlDocumentation
{
    private const string Inherited = "inheritdoc";

    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Read = [];

    /// <summary>Whether there is any beside an assembly.</summary>
    /// <param name="assembly">The assembly.</param>
    public static bool IsThere(Assembly assembly) => File.Exists(PathOf(assembly));

    /// <summary>What a class is.</summary>
    /// <param name="type">The class.</param>
    /// <returns>One line; empty where nothing is documented.</returns>
    /// <exception cref="InvalidDataException">The documentation is damaged.</exception>
    public static string SummaryOf(Type type) => Section(type.Assembly, IdOf(type), "summary");

    /// <summary>The remarks on a class: where it comes from.</summary>
    /// <inheritdoc cref="SummaryOf(Type)"/>
    public static string RemarksOf(Type type) => Threads().Replace(Section(type.Assembly, IdOf(type), "remarks"), "").Trim();

    /// <summary>What a property means, and its remarks after that.</summary>
    /// <param name="property">The property.</param>
    /// <inheritdoc cref="SummaryOf(Type)"/>
    public static string MeaningOf(PropertyInfo property)
    {
        ArgumentNullException.ThrowIfNull(property);
        var owner = property.DeclaringType!;
        var id = $"P:{IdOf(owner)[2..]}.{property.Name}";
        return $"{Section(owner.Assembly, id, "summary")} {Section(owner.Assembly, id, "remarks")}".Trim();
    }

    private static string IdOf(Type type) => $"T:{type.FullName!.Replace('+', '.')}";

    private static string PathOf(Assembly assembly) => Path.ChangeExtension(assembly.Location, ".xml");

    private static string Section(Assembly assembly, string id, string section)
    {
        var members = Read.GetOrAdd(assembly, ReadFile);
        var member = members.GetValueOrDefault(id);
        if (member?.Element(Inherited)?.Attribute("cref")?.Value is { } from && member.Element(section) is null)
        {
            member = members.GetValueOrDefault(from);
        }

        return member?.Element(section) is { } text ? Blanks().Replace(Words(text), " ").Trim() : "";
    }

    private static Dictionary<string, XElement> ReadFile(Assembly assembly)
    {
        var path = PathOf(assembly);
        if (!IsThere(assembly))
        {
            return [];
        }

        try
        {
            using var reader = XmlReader.Create(path);
            return XDocument.Load(reader).Descendants("member").Where(member => member.Attribute("name") is not null)
                .DistinctBy(member => member.Attribute("name")!.Value).ToDictionary(member => member.Attribute("name")!.Value);
        }
        catch (XmlException fault)
        {
            throw new InvalidDataException(
                $"{path}: expected the documentation of {Path.GetFileName(assembly.Location)}, got a damaged file. Build it again.", fault);
        }
    }

    private static string Words(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "seealso" or "paramref" or "typeparamref" } link when !link.Nodes().Any() => Last(link.FirstAttribute?.Value ?? ""),
        XElement inner => Words(inner),
        _ => "",
    }));

    // The last part of P:Coda.Data.Archives.ArchiveDescription.Sigma, of M:...Check(System.String), and of T:Coda.Data.Foundation.Catalog`1.
    private static string Last(string id) => id.Split('(')[0].Split('.', ':')[^1].Split('`')[0];

    // What is for whoever programs.
    [GeneratedRegex(@"(Immutable|Stateless)(; safe to share)?\.|Safe for use from several threads\.")]
    private static partial Regex Threads();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
