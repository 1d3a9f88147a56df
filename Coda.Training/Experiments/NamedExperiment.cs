using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Training.Experiments;

/// <summary>A record of an <see cref="Experiments.Experiment"/> under its name; adding one adds one file.</summary>
/// <remarks>Every sealed, public subclass is found by itself (<see cref="PlugIns"/>). Immutable; safe to share.</remarks>
public abstract class NamedExperiment
{
    private const string Base = "base";

    /// <summary>The experiment; its <see cref="Experiments.Experiment.Name"/> is the name under which it is found.</summary>
    public abstract Experiment Experiment { get; }

    /// <summary>Every named experiment, sorted by name.</summary>
    public static IReadOnlyList<Experiment> All => [.. Catalog.All.Select(named => named.Experiment)];

    private static NamedCatalog<NamedExperiment> Catalog { get; } = new("experiment", named => named.Experiment.Name);

    /// <summary>The experiment of a name.</summary>
    /// <param name="name">A name among <see cref="All"/>.</param>
    /// <exception cref="ArgumentException">There is none; the message suggests the nearest name.</exception>
    public static Experiment Named(string name) => Catalog.Named(name, "; or give a JSON file").Experiment;

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
            return Named(name is JsonValue value && value.TryGetValue<string>(out var text)
                ? text : throw new ArgumentException($"expected the name of an experiment, got {name?.ToJsonString() ?? "null"}."));
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"{path}: {Base}: {fault.Message}", fault);
        }
    }
}
