using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Training.Experiments;
using Coda.Training.Losses;
using Coda.Training.Networks;

namespace Coda.Cli.Commands;

/// <summary><c>coda systems</c>: what there is to choose from.</summary>
public sealed class SystemsCommand : CodaCommand
{
    private static readonly JsonSerializerOptions WithNulls = new(CodaJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    private readonly Argument<string?> _name = new("name")
    {
        Description = "A kind (such as network) or an entry (such as lorenz96); all by default.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Declares the command.</summary>
    public SystemsCommand()
        : base(
            CommandGroup.Catalogs,
            "systems",
            "Lists the catalogue: systems, grids, integrators, sources of forcing, observation operators, observing networks, assimilation networks, "
                + "corrections, loss terms, forecast models, methods, scores and experiments, each with its options and their defaults.",
            "coda systems", "coda systems network", "coda systems lorenz96 --json") => Add(_name);

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var kinds = Choose(Kinds(), arguments.GetValue(_name));
        terminal.Result(
            kinds.ToDictionary(k => k.Name, k => k.Entries.ToDictionary(e => e.Name, e => e.Options)),
            console =>
            {
                foreach (var kind in kinds)
                {
                    console.Words(
                        $"{kind.Title}  ({kind.Name})",
                        ["name", "options and their defaults", .. kind.Remark is null ? Array.Empty<string>() : [kind.Remark]],
                        kind.Entries.Select(e => (string[])[e.Name, Describe(e.Options, e.Type), .. kind.Remark is null ? Array.Empty<string>() : [e.Remark]]));
                }
            });
    }

    private static IReadOnlyList<Kind> Kinds() =>
    [
        Of("system", "Systems", DynamicalSystem.Catalog, "state; parameters", name =>
        {
            var system = DynamicalSystem.Catalog.Create(new Component(name));
            var forcing = system.Forcing.Count == 0 ? "" : $"; driven by {string.Join(", ", system.Forcing.Select(u => u.Name))}";
            return $"{system.Layout}; {string.Join(", ", system.Parameters.Select(p => p.Name))}{forcing}";
        }),
        Of("grid", "Grids of state fields", Grid.Catalog),
        Of("integrator", "Integrators", Integrator.Catalog),
        Of("forcing-source", "Sources of forcing for twin experiments", ForcingSource.Catalog),
        Of("operator", "Observation operators", ObservationOperator.Catalog),
        Of("observing-network", "Observing networks", ObservingNetwork.Catalog),
        Of("network", "Assimilation networks", AssimilationNetwork.Catalog),
        Of("correction", "Corrections", Correction.Catalog),
        Of("loss", "Loss terms", LossTerm.Catalog),
        Of("forecast-model", "Forecast models", ForecastModel.Catalog),
        Of("method", "Assimilation methods", AssimilationMethod.Catalog),
        Of("score", "Scores", ScoreRequest.Catalog),
        new Kind(
            "experiment", "Experiments", "for",
            [.. NamedExperiment.All.Select(e => new Entry(e.Name, null, Summary(e), e.Description))]),
    ];

    private static Kind Of<T>(string name, string title, Catalog<T> catalog, string? remark = null, Func<string, string>? remarkOf = null)
        where T : class =>
        new(name, title, remark, [.. catalog.Names.Select(n => new Entry(n, catalog.TypeOf(n), Defaults(catalog.TypeOf(n)), remarkOf?.Invoke(n) ?? ""))]);

    /// <summary>The default options of an entry, with those that have none, which CodaJson leaves out.</summary>
    /// <param name="entry">The entry's class.</param>
    internal static JsonObject Defaults(Type entry)
    {
        var options = entry.GetNestedType("Options")!;
        return JsonSerializer.SerializeToNode(Activator.CreateInstance(options), options, WithNulls)!.AsObject();
    }

    private static JsonObject Summary(Experiment experiment) => new()
    {
        ["system"] = experiment.System.Name,
        ["network"] = experiment.Network.Name,
        ["correction"] = experiment.Correction?.Name ?? "none",
        ["steps"] = experiment.Steps,
    };

    /// <summary>Options in words, with what else there is to choose where there are a few values only: solver=automatic|dense|tiled.</summary>
    /// <param name="options">The options.</param>
    /// <param name="entry">The entry's class, if it is one.</param>
    internal static string Describe(JsonObject options, Type? entry)
    {
        var types = entry?.GetNestedType("Options")!.GetProperties().ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name), p => p.PropertyType);
        return string.Join(", ", options.Select(o => o.Value is null ? o.Key : $"{o.Key}={Words(o.Value, types?.GetValueOrDefault(o.Key))}"));
    }

    private static string Words(JsonNode value, Type? type)
    {
        var chosen = value.ToJsonString().Replace("\"", "", StringComparison.Ordinal);
        return type is not { IsEnum: true }
            ? chosen : string.Join('|', Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName).OrderBy(name => name != chosen));
    }

    private static IReadOnlyList<Kind> Choose(IReadOnlyList<Kind> kinds, string? name)
    {
        if (name is null)
        {
            return kinds;
        }

        var chosen = kinds.Where(k => k.Name == name).ToList();
        if (chosen.Count == 0)
        {
            chosen = [.. kinds.Select(k => k with { Entries = [.. k.Entries.Where(e => e.Name == name)] }).Where(k => k.Entries.Count > 0)];
        }

        if (chosen.Count > 0)
        {
            return chosen;
        }

        var known = kinds.Select(k => k.Name).Concat(kinds.SelectMany(k => k.Entries).Select(e => e.Name)).Distinct().ToList();
        var nearest = NearestName.Of(name, known) is { } near ? $" Did you mean '{near}'?" : "";
        throw new ArgumentException($"Unknown entry '{name}'.{nearest} Known: {string.Join(", ", known)}.");
    }

    private sealed record Entry(string Name, Type? Type, JsonObject Options, string Remark);

    private sealed record Kind(string Name, string Title, string? Remark, IReadOnlyList<Entry> Entries);
}
