using System.CommandLine;
using Coda.Data.Archives.Runs;

namespace Coda.Cli.Commands;

/// <summary>The options of commands that make a table part by part.</summary>
/// <param name="table">The table, as in <c>analyses</c>.</param>
/// <param name="madeFrom">What its origin names, in words.</param>
internal sealed class PartOptions(string table, string madeFrom)
{
    private readonly Option<string?> _shard = CommonOptions.Shard();
    private readonly Option<bool> _restart = new("--restart")
    {
        Description = "Throw away what an unfinished run has made, and make again what is there already.",
    };

    private readonly Option<long?> _partSize = new("--part-size")
    {
        Description = $"The {table} in a part, about, from which a run that was stopped goes on (as many as take 16 MB).", HelpName = "STATES",
    };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [_shard, _restart, _partSize];

    /// <summary>What they demand of each other.</summary>
    public OptionRule Rule => new(
        _restart, "no --shard, for it would throw away what other shards have made", "--restart --shard 0/2",
        parsed => IsRestarted(parsed) && ShardOf(parsed).Count > 1);

    /// <summary>The shard that was asked for; all parts by default.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="ArgumentException">No such shard.</exception>
    public Shard ShardOf(ParseResult parsed) => CommonOptions.ShardOf(parsed.GetValue(_shard));

    /// <summary>Whether to begin anew.</summary>
    /// <param name="parsed">The command line.</param>
    public bool IsRestarted(ParseResult parsed) => parsed.GetValue(_restart);

    /// <summary>The states in a part, about; nothing for as many as take 16 MB.</summary>
    /// <param name="parsed">The command line.</param>
    public long? SizeOf(ParseResult parsed) => parsed.GetValue(_partSize);

    /// <summary>What a run came to, in words; nothing where it made the whole table at once.</summary>
    /// <param name="made">The number of parts that were made.</param>
    /// <param name="before">The number of the shard's parts that were there before.</param>
    /// <param name="isSealed">Whether all parts of all shards are there.</param>
    /// <param name="shard">The shard.</param>
    public string? Describe(int made, int before, bool isSealed, Shard shard) =>
        isSealed && made == 0 && before == 0 ? $"the {table} of this {madeFrom} are there already; --restart makes them again"
        : isSealed && before == 0 && shard == Shard.Whole ? null
        : $"{made} made{(before > 0 ? $", {before} were there" : "")}"
            + (isSealed ? "" : $"; other shards than {shard} have parts to make, and the last of them lets the {table} appear ('coda archive check' tells)");
}
