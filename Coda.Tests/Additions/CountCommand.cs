using System.CommandLine;
using Coda.Cli;
using Coda.Cli.Commands;
using Coda.Data.Archives.Stored;

namespace Coda.Tests.Additions;

/// <summary>A command of somebody's own: how many observations an archive holds.</summary>
public sealed class CountCommand : CodaCommand
{
    private readonly Option<string> _archive = new("--archive") { Description = "The archive's directory.", HelpName = "DIR", Required = true };

    public CountCommand()
        : base(CommandGroup.Records, "count", "Counts an archive's observations.", "coda count --archive out/test") => Add(_archive);

    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var archive = ParquetArchive.Open(arguments.GetRequiredValue(_archive));
        var count = terminal.Run("count", _ => archive.ReadStretches(100, 0).Sum(stretch => stretch.Mask.Count(m => m > 0)));
        terminal.Result(new { observations = count }, console => console.Facts(archive.Path, ("observations", Tables.Count(count))));
    }
}
