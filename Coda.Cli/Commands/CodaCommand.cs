using System.CommandLine;

namespace Coda.Cli.Commands;

/// <summary>One command of <c>coda</c>; a subclass is one file.</summary>
internal abstract class CodaCommand : Command
{
    /// <summary>The grace of commands that train: a step under way ends in a checkpoint, from which training goes on.</summary>
    protected static readonly TimeSpan GraceOfTraining = TimeSpan.FromSeconds(10);

    /// <summary>Names the command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, in a sentence or two.</param>
    /// <param name="examples">Command lines that work, for the help.</param>
    protected CodaCommand(string name, string description, params IReadOnlyList<string> examples)
        : base(name, description) => Examples = examples;

    /// <summary>Command lines that work, for the help.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>The time that the command has to end after it was told to; what is under way then is dropped.</summary>
    public TimeSpan Grace { get; protected init; } = TimeSpan.FromSeconds(2);

    /// <summary>What the options demand of each other.</summary>
    public IReadOnlyList<OptionRule> Rules { get; protected init; } = [];

    /// <summary>Does the command's work.</summary>
    /// <param name="arguments">What the user asked for.</param>
    /// <param name="terminal">Where to write.</param>
    /// <param name="cancellation">Cancelled by Ctrl-C.</param>
    public abstract void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation);
}
