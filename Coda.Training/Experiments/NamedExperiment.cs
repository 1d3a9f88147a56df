using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>A record of an <see cref="Experiments.Experiment"/> under its name; adding one adds one file.</summary>
/// <remarks>Every sealed, public subclass in this assembly, or in a loaded one that references it, is found by itself. Immutable; safe to share.</remarks>
public abstract class NamedExperiment
{
    private const string Base = "base";

    /// <summary>The experiment; its <see cref="Experiments.Experiment.Name"/> is the name under which it is found.</summary>
    public abstract Experiment Experiment { get; }

    /// <summary>Every named experiment, sorted by name.</summary>
    public static IReadOnlyList<Experiment> All =>
    [
        .. AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => a == typeof(NamedExperiment).Assembly || (!a.IsDynamic && a.GetReferencedAssemblies().Any(n => n.Name == typeof(NamedExperiment).Assembly.GetName().Name)))
            .SelectMany(a => a.GetExportedTypes())
            .Where(t => t.IsSealed && t.IsSubclassOf(typeof(NamedExperiment)))
            .Select(t => ((NamedExperiment)Activator.CreateInstance(t)!).Experiment)
            .OrderBy(e => e.Name, StringComparer.Ordinal),
    ];

    /// <summary>The experiment of a name.</summary>
    /// <param name="name">A name among <see cref="All"/>.</param>
    /// <exception cref="ArgumentException">There is none; the message suggests the nearest name.</exception>
    public static Experiment Named(string name)
    {
        var all = All;
        if (all.FirstOrDefault(e => e.Name == name) is { } experiment)
        {
            return experiment;
        }

        var nearest = NearestName.Of(name, all.Select(e => e.Name)) is { } near ? $" Did you mean '{near}'?" : "";
        throw new ArgumentException($"Unknown experiment '{name}'.{nearest} Known: {string.Join(", ", all.Select(e => e.Name))}; or give a JSON file.");
    }

    /// <summary>Reads an experiment from a JSON file: members of an <see cref="Experiments.Experiment"/>, each replacing that of the base.</summary>
    /// <param name="path">The file; its member <c>base</c> names the experiment that it overrides, without it every other member has its default.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is no JSON object, has an unknown or mistyped member, or names a base that is unknown.</exception>
    public static Experiment Read(string path)
    {
        var members = CodaJson.Read<JsonObject>(path);
        var overridden = members.Remove(Base, out var name) ? BaseOf(name, path) : new Experiment { Name = Path.GetFileNameWithoutExtension(path) };
        return Override(overridden, members, path);
    }

    /// <summary>Replaces members of an experiment.</summary>
    /// <param name="experiment">The experiment to start from.</param>
    /// <param name="members">Members as in a JSON file; <see langword="null"/> values set a member back to none.</param>
    /// <param name="source">Where the members come from, for messages.</param>
    /// <exception cref="InvalidDataException">An unknown or mistyped member.</exception>
    public static Experiment Override(Experiment experiment, JsonObject members, string source)
    {
        var all = JsonSerializer.SerializeToNode(experiment, CodaJson.Options)!.AsObject();
        foreach (var (name, value) in members)
        {
            all[name] = value?.DeepClone();
        }

        return CodaJson.Parse<Experiment>(all.ToJsonString(), source, "Correct the member.");
    }

    private static Experiment BaseOf(JsonNode? name, string path)
    {
        try
        {
            return Named(name is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new ArgumentException($"expected the name of an experiment, got {name?.ToJsonString() ?? "null"}."));
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"{path}: {Base}: {fault.Message}", fault);
        }
    }
}
