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

    private readonly Option<string?> _memory =
        new("--memory") { Description = "A bound on the memory of the process, such as 512MB or 4GB; as many workers as fit are used.", HelpName = "SIZE" };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [_memory, _shard, _restart, _partSize];

    /// <summary>What they demand of each other.</summary>
    public OptionRule Rule => new(
        _restart, "no --shard, for it would throw away what other shards have made", "--restart --shard 0/2",
        parsed => IsRestarted(parsed) && ShardOf(parsed).Count > 1);

    /// <summary>The shard that was asked for; all parts by default.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="ArgumentException">No such shard.</exception>
    public Shard ShardOf(ParseResult parsed) => CommonOptions.ShardOf(parsed.GetValue(_shard));

    /// <summary>Whether a shard was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    public bool IsSharded(ParseResult parsed) => parsed.IsGiven(_shard);

    /// <summary>Whether to begin anew.</summary>
    /// <param name="parsed">The command line.</param>
    public bool IsRestarted(ParseResult parsed) => parsed.GetValue(_restart);

    /// <summary>The states in a part, about; nothing for as many as take 16 MB.</summary>
    /// <param name="parsed">The command line.</param>
    public long? SizeOf(ParseResult parsed) => parsed.GetValue(_partSize);

    /// <summary>The bound on the process's memory, in bytes; nothing where there is none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="ArgumentException">No such size.</exception>
    public long? MemoryOf(ParseResult parsed) => parsed.GetValue(_memory) is { } size ? CommonOptions.Bytes(_memory.Name, size) : null;

    /// <summary>What a bounded run's memory came to, in words; nothing where it was not bounded.</summary>
    /// <param name="bound">The bound, in bytes.</param>
    /// <param name="peak">The most memory that the process has had.</param>
    /// <param name="workers">The workers that it bounded.</param>
    public static string? DescribeMemory(long? bound, long peak, int workers) =>
        bound is { } most ? $"at most {peak / 1_000_000} MB of {most / 1_000_000} MB, {workers} workers" : null;

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
