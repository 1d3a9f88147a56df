using System.CommandLine;
using Coda.Cli.Commands;
using Coda.Clusters.Launching;
using Coda.Clusters.Ranks;
using Coda.Data.Foundation;

namespace Coda.Cli;

/// <summary>The ranks that run one command together, of which one writes to the terminal; this process alone where no launcher started it among
/// others.</summary>
internal sealed class RankSession
{
    private readonly MpiRanks? _ranks;

    private RankSession(MpiRanks? ranks) => _ranks = ranks;

    /// <summary>This process alone.</summary>
    public static RankSession Alone { get; } = new(null);

    private IRankGroup Ranks => _ranks ?? (IRankGroup)OneRank.Instance;

    /// <summary>Meets the other ranks, where the command runs over them.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    public static RankSession Begin(ParseResult arguments) =>
        arguments.CommandResult.Command is CodaCommand command && command.IsOverRanks(arguments)
        && Launcher.Find(Environment.GetEnvironmentVariable) is { } launched
            ? new(MpiRanks.Join(launched)) : Alone;

    /// <summary>Where this rank writes: one of them to the terminal, the others nowhere.</summary>
    /// <param name="terminal">The terminal.</param>
    public Terminal Of(Terminal terminal)
    {
        var own = Ranks.Rank == 0 ? terminal : new Terminal(TextWriter.Null, TextWriter.Null, isJson: false, terminal.Clock)
        {
            Command = terminal.Command,
            PlugIns = terminal.PlugIns,
        };
        own.Ranks = Ranks;
        return own;
    }

    /// <summary>Ends this rank's part, which is done.</summary>
    /// <exception cref="LostRankException">Another rank has failed, or was lost.</exception>
    public void Leave() => _ranks?.Leave(ExitCodes.Success, "", _ => { });

    /// <summary>Ends this rank's part, which failed, and with it the run.</summary>
    /// <param name="exitCode">What it ends with.</param>
    /// <param name="error">Why it fails.</param>
    /// <param name="say">Says so, where this rank is to.</param>
    public void Fail(int exitCode, string error, Action<string> say)
    {
        if (_ranks is null)
        {
            say(error);
            return;
        }

        _ranks.Leave(exitCode, error, say);
    }
}
