using System.CommandLine;
using Coda.Training.Experiments;
using Coda.Workflows.Describing;

namespace Coda.Cli.Commands;

/// <summary><c>coda experiments</c>: the training runs that are known by name.</summary>
public sealed class ExperimentsCommand : CodaCommand
{
    private readonly Argument<string?> _name = new("name") { Description = "One experiment; all by default.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Declares the command.</summary>
    public ExperimentsCommand()
        : base(
            CommandGroup.Catalogs,
            "experiments",
            "Lists the named experiments, which 'coda train --experiment' takes; of one, every member with its value and meaning.",
            "coda experiments", "coda experiments lorenz96")
    {
        _name.CompletionSources.Add(_ => NamedExperiment.All.Select(e => e.Name));
        Add(_name);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        if (arguments.GetValue(_name) is not { } name)
        {
            var all = NamedExperiment.All;
            terminal.Result(all, console => console.Words(
                "Experiments", ["name", "for", "system", "network", "steps"],
                all.Select(e => (string[])[e.Name, e.Description, e.System.Name, e.TrainedNetwork.Name, Tables.Count(e.Steps)])));
            return;
        }

        var experiment = NamedExperiment.Named(name);
        terminal.RequireDocumentation(EntryDescriber.ClassOf(name).Assembly);
        var described = EntryDescriber.OfExperiment(name);
        terminal.Result(new { experiment, described }, console => console.Entry(described));
    }
}
