using System.CommandLine;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Classical.Tuning;
using Coda.Workflows.Describing;
using Component = Coda.Data.Foundation.Component;

namespace Coda.Cli.Commands;

/// <summary><c>coda methods</c>: the assimilation methods, learned and classical.</summary>
public sealed class MethodsCommand : CodaCommand
{
    private readonly Argument<string?> _name = new("name") { Description = "One method; all by default.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Declares the command.</summary>
    public MethodsCommand()
        : base(
            CommandGroup.Catalogs,
            "methods",
            "Lists the assimilation methods with their options and defaults, and the options that 'coda tune' varies; of one, what each option means.",
            "coda methods", "coda methods enks", "coda methods enks --json")
    {
        _name.CompletionSources.Add(_ => AssimilationMethod.Catalog.Names);
        Add(_name);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var (one, catalog) = (arguments.GetValue(_name), AssimilationMethod.Catalog);
        var kind = CatalogKind.All.Single(k => k.Catalog == catalog);
        if (one is not null)
        {
            terminal.RequireDocumentation(catalog.TypeOf(one).Assembly);
        }

        var entries = (one is null ? catalog.Names : [one])
            .Select(name => Describe(name) with { Described = one is null ? null : EntryDescriber.Of(kind, name) }).ToList();
        terminal.Result(entries, console =>
        {
            if (one is not null)
            {
                console.Entry(entries[0].Described!, ("'coda tune' varies", string.Join(", ", entries[0].Tuned)));
                return;
            }

            console.Words(
                "Assimilation methods",
                ["name", "what it is", "options and their defaults", "tuned"],
                entries.Select(
                    e => (string[])[e.Name, e.Description, SystemsCommand.Describe(e.Options, catalog.TypeOf(e.Name)), string.Join(", ", e.Tuned)]));
        });
    }

    private static Entry Describe(string name)
    {
        var type = AssimilationMethod.Catalog.TypeOf(name);
        return new Entry(
            name, type.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "", EntryDescriber.Defaults(type),
            [.. TuningGrid.DefaultSweeps(new Component(name)).Select(s => s.Option)]);
    }

    private sealed record Entry(string Name, string Description, JsonObject Options, IReadOnlyList<string> Tuned)
    {
        public EntryDescription? Described { get; init; }
    }
}
