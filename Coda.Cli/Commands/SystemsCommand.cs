using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Workflows.Describing;

namespace Coda.Cli.Commands;

/// <summary><c>coda systems</c>: what there is to choose from.</summary>
public sealed class SystemsCommand : CodaCommand
{
    private readonly Argument<string?> _name = new("name")
    {
        Description = "A kind (such as network) or an entry (such as lorenz96); all by default.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _markdown =
        new("--markdown") { Description = "Write all of it as Markdown, with the meaning of each option, as docs/reference.md has it." };

    /// <summary>Declares the command.</summary>
    public SystemsCommand()
        : base(
            CommandGroup.Catalogs,
            "systems",
            "Lists the catalogue: systems, grids, integrators, sources of forcing, observation operators, observing networks, assimilation networks, "
                + "corrections, loss terms, forecast models, methods, scores and experiments, each with its options and their defaults; "
                + "of one entry, what each option means.",
            "coda systems", "coda systems network", "coda systems lorenz96", "coda systems lorenz96 --json", "coda systems --markdown")
    {
        _name.CompletionSources.Add(_ => Kinds().Select(k => k.Name).Concat(Kinds().SelectMany(k => k.Entries).Select(e => e.Name)).Distinct());
        Add(_name);
        Add(_markdown);
        Rules = [OptionRule.Ignored(_markdown, "beside a name", "lorenz96", parsed => parsed.GetValue(_name) is not null)];
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        if (arguments.GetValue(_markdown))
        {
            var markdown = ReferenceDocument.Write(_ => true);
            terminal.Text(new { markdown }, markdown);
            return;
        }

        var name = arguments.GetValue(_name);
        var kinds = Choose(Kinds(), name);
        var listed = kinds.ToDictionary(k => k.Name, object (k) => k.Entries.ToDictionary(e => e.Name, e => e.Options));
        if (name is not null && kinds.All(k => k.Name != name))
        {
            List<EntryDescription> described = [.. kinds.Select(k => Described(k, name, terminal))];
            listed.Add("described", described);
            terminal.Result(listed, console => described.ForEach(entry => console.Entry(entry)));
            return;
        }

        terminal.Result(
            listed,
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

    private static EntryDescription Described(Kind kind, string name, Terminal terminal)
    {
        terminal.RequireDocumentation((kind.Entries[0].Type ?? EntryDescriber.ClassOf(name)).Assembly);
        return CatalogKind.All.FirstOrDefault(k => k.Name == kind.Name) is { } known ? EntryDescriber.Of(known, name) : EntryDescriber.OfExperiment(name);
    }

    private static IReadOnlyList<Kind> Kinds() =>
    [
        .. CatalogKind.All.Select(kind => kind.Catalog == DynamicalSystem.Catalog
            ? Of(kind, "state; parameters", name =>
            {
                var system = DynamicalSystem.Catalog.Create(new Component(name));
                var forcing = system.Forcing.Count == 0 ? "" : $"; driven by {string.Join(", ", system.Forcing.Select(u => u.Name))}";
                return $"{system.Layout}; {string.Join(", ", system.Parameters.Select(p => p.Name))}{forcing}";
            })
            : Of(kind)),
        new Kind(
            "experiment", "Experiments", "for",
            [.. NamedExperiment.All.Select(e => new Entry(e.Name, null, Summary(e), e.Description))]),
    ];

    private static Kind Of(CatalogKind kind, string? remark = null, Func<string, string>? remarkOf = null) => new(
        kind.Name, kind.Title, remark,
        [
            .. kind.Catalog.Names.Select(
                n => new Entry(n, kind.Catalog.TypeOf(n), EntryDescriber.Defaults(kind.Catalog.TypeOf(n)), remarkOf?.Invoke(n) ?? "")),
        ]);

    private static JsonObject Summary(Experiment experiment) => new()
    {
        ["system"] = experiment.System.Name,
        ["network"] = experiment.TrainedNetwork.Name,
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
