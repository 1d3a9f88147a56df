using System.CommandLine;

namespace Coda.Cli.Commands;

/// <summary>One command of <c>coda</c>; adding one adds one file.</summary>
/// <remarks>
/// Every sealed, public subclass with a constructor that takes nothing is found by itself (<see cref="Data.Foundation.PlugIns"/>), also in an assembly that
/// <c>--plugin</c> loads. It declares its options, and in <see cref="Run"/> parses, calls one workflow and prints. Made anew for each command line.
/// </remarks>
public abstract class CodaCommand : Command
{
    /// <summary>The grace of commands that train: a step under way ends in a checkpoint, from which training goes on.</summary>
    protected static readonly TimeSpan GraceOfTraining = TimeSpan.FromSeconds(10);

    /// <summary>Names the command.</summary>
    /// <param name="group">Where it stands among the others.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, in a sentence or two.</param>
    /// <param name="examples">Command lines that work, for the help.</param>
    protected CodaCommand(CommandGroup group, string name, string description, params IReadOnlyList<string> examples)
        : base(name, description) => (Group, Examples) = (group, examples);

    /// <summary>Where it stands among the others.</summary>
    public CommandGroup Group { get; }

    /// <summary>Command lines that work, for the help.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>The time that the command has to end after it was told to; what is under way then is dropped.</summary>
    public TimeSpan Grace { get; protected init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether the ranks that a launcher (mpirun, srun) started run the command together: <see cref="Terminal.Ranks"/>. Others run it each by
    /// itself.</summary>
    public bool RunsOverRanks { get; protected init; }

    /// <summary>Whether they do with these arguments.</summary>
    /// <param name="arguments">The arguments.</param>
    public virtual bool IsOverRanks(ParseResult arguments) => RunsOverRanks;

    /// <summary>What the options demand of each other.</summary>
    public IReadOnlyList<OptionRule> Rules { get; protected init; } = [];

    /// <summary>Does the command's work.</summary>
    /// <param name="arguments">What the user asked for.</param>
    /// <param name="terminal">Where to write.</param>
    /// <param name="cancellation">Cancelled by Ctrl-C.</param>
    public abstract void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation);
}
