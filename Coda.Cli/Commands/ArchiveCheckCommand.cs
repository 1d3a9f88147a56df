using System.CommandLine;
using Coda.Data.Archives.Runs;
using Coda.Workflows.Inspecting;

namespace Coda.Cli.Commands;

/// <summary><c>coda archive check</c>: verifies an archive, and seals what its runs have finished.</summary>
internal sealed class ArchiveCheckCommand : CodaCommand
{
    private const int MostNamed = 12;

    private readonly Argument<string> _path = new("path") { Description = "The archive's directory." };

    /// <summary>Declares the command.</summary>
    public ArchiveCheckCommand()
        : base(
            CommandGroup.Upkeep,
            "check",
            "Verifies the checksum and every row of an archive's tables, and of each part that an unfinished run has made; "
                + "where no part is missing, lets the table appear.",
            "coda archive check out/test") => Add(_path);

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var result = CheckWorkflow.Run(arguments.GetRequiredValue(_path), terminal, cancellation);
        terminal.Result(result, console => console.Facts(
            $"Archive {result.Path}",
            [
                ("tables", result.HasTables ? "every checksum and row agrees" : "none yet"),
                .. result.Runs.Select(r => (r.Key, (string?)(r.Value.IsSealed ? $"sealed, {r.Value.Parts} parts" : $"unfinished: {Missing(r.Value)}"))),
            ]));
        foreach (var (table, status) in result.Runs.Where(r => !r.Value.IsSealed).Take(1))
        {
            throw new IOException(
                $"{result.Path}: expected {status.Parts} parts of {table}, got {status.Parts - status.Missing.Count}. Run the command that began them again, "
                    + "every shard of it.");
        }
    }

    // A part's place tells its shard: place modulo the number of shards.
    private static string Missing(RunStatus status) =>
        $"{status.Missing.Count} of {status.Parts} parts are missing "
            + $"({string.Join(", ", status.Missing.Take(MostNamed).Select(p => p.Number))}{(status.Missing.Count > MostNamed ? ", ..." : "")})";
}
