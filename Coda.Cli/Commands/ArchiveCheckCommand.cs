using System.CommandLine;
using Coda.Data.Archives;
using Coda.Data.Archives.Runs;

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
            "Verifies the checksum and every row of an archive's tables, and of each part that an unfinished run has made; where no part is missing, lets the table appear.",
            "coda archive check out/test") => Add(_path);

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var path = arguments.GetRequiredValue(_path);
        var stages = new Stages(terminal);
        ArchiveTable[] tables = [ArchiveTable.Analyses, ArchiveTable.Forecasts];
        var runs = stages.Run("check parts", _ => tables
            .Select(t => (Table: t.ToString().ToLowerInvariant(), Status: RunCheck.Check(path, t, cancellation))).Where(r => r.Status is not null).ToList());
        var hasTables = File.Exists(Path.Combine(path, "archive.json"));
        if (hasTables || runs.Count == 0)
        {
            stages.Run("check tables", _ =>
            {
                using var archive = ParquetArchive.Open(path);
                archive.Verify(cancellation);
            });
        }

        var result = new
        {
            path,
            runs = runs.ToDictionary(r => r.Table, r => new { r.Status!.IsSealed, r.Status.Parts, missing = r.Status.Missing, r.Status.Origin }),
        };
        terminal.Result(result, console => console.Facts(
            $"Archive {path}",
            [
                ("tables", hasTables ? "every checksum and row agrees" : "none yet"),
                .. runs.Select(r => (r.Table, (string?)(r.Status!.IsSealed ? $"sealed, {r.Status.Parts} parts" : $"unfinished: {Missing(r.Status)}"))),
            ]));
        if (runs.FirstOrDefault(r => !r.Status!.IsSealed) is { Status: { } status } unfinished)
        {
            throw new IOException($"{path}: expected {status.Parts} parts of {unfinished.Table}, got {status.Parts - status.Missing.Count}. Run the command that began them again, every shard of it.");
        }
    }

    // A part's place tells its shard: place modulo the number of shards.
    private static string Missing(RunStatus status) =>
        $"{status.Missing.Count} of {status.Parts} parts are missing ({string.Join(", ", status.Missing.Take(MostNamed).Select(p => p.Number))}{(status.Missing.Count > MostNamed ? ", ..." : "")})";
}
