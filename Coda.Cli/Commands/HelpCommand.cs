using System.CommandLine;

namespace Coda.Cli.Commands;

/// <summary><c>coda help</c>: the help of a command, as its <c>--help</c> prints it.</summary>
public sealed class HelpCommand : CodaCommand
{
    private readonly Argument<string[]> _command =
        new("command") { Description = "The command; without it, all are listed.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Declares the command.</summary>
    public HelpCommand()
        : base(CommandGroup.Upkeep, "help", "Shows the help of a command, as its --help does; without a name, lists all commands.", "coda help train",
            "coda help archive check")
    {
        _command.CompletionSources.Add(_ => CodaCommandLine.Commands().Select(c => c.Name));
        Add(_command);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var text = CodaCommandLine.Help(arguments.GetValue(_command) ?? []);
        terminal.Text(new { text }, text);
    }
}
