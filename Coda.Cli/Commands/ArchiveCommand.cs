using System.CommandLine;

namespace Coda.Cli.Commands;

/// <summary><c>coda archive</c>: what is done to archives as such.</summary>
public sealed class ArchiveCommand : CodaCommand
{
    /// <summary>Declares the command.</summary>
    public ArchiveCommand()
        : base(CommandGroup.Upkeep, "archive", "Looks after archives.", "coda archive check out/test")
    {
        Add(new ArchiveCheckCommand());
        Add(new ArchiveRegridCommand());
    }

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation) =>
        throw new ArgumentException($"coda archive: expected one of: {string.Join(", ", Subcommands.Select(c => c.Name))}. See 'coda archive --help'.");
}
