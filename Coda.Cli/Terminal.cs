using Coda.Data.Foundation;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>Where a command writes: its result to the standard output, messages and progress to the standard error.</summary>
public sealed class Terminal
{
    private const int WidthOfFiles = 160;

    private int _shown; // of the warnings

    /// <summary>Opens a terminal.</summary>
    /// <param name="output">The standard output.</param>
    /// <param name="error">The standard error.</param>
    /// <param name="isJson">Whether the result is written as JSON.</param>
    /// <param name="clock">Tells time to the progress display.</param>
    internal Terminal(TextWriter output, TextWriter error, bool isJson, TimeProvider clock)
    {
        (Output, Error, IsJson, Clock) = (output, error, isJson, clock);
        (OutputConsole, ErrorConsole) = (Console(output), Console(error));
    }

    /// <summary>The standard output.</summary>
    public TextWriter Output { get; }

    /// <summary>The standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether the result is written as JSON.</summary>
    public bool IsJson { get; }

    /// <summary>Tells time to the progress display.</summary>
    public TimeProvider Clock { get; }

    /// <summary>What the run has to say against its results: shown with the result, or after it where it comes later.</summary>
    public RunWarnings Warnings { get; } = new();

    /// <summary>The standard output, for tables.</summary>
    public IAnsiConsole OutputConsole { get; }

    /// <summary>The standard error, for progress.</summary>
    public IAnsiConsole ErrorConsole { get; }

    /// <summary>Whether someone watches the progress.</summary>
    public bool IsWatched => ErrorConsole.Profile.Out.IsTerminal;

    /// <summary>Says something on the way to the result.</summary>
    /// <param name="text">One line.</param>
    public void Say(string text) => Error.WriteLine(ForeignText.Escape(text));

    /// <summary>Writes the result, once, with the warnings.</summary>
    /// <param name="result">For machines: written as JSON if that was asked for, with a member <c>warnings</c>.</param>
    /// <param name="show">For people: writes tables.</param>
    public void Result(object result, Action<IAnsiConsole> show)
    {
        if (IsJson)
        {
            Output.WriteLine(Json.Write(result, Warnings.All));
            return;
        }

        show(OutputConsole);
        var warnings = Warnings.All;
        if (warnings.Count > 0)
        {
            OutputConsole.Words("Warnings", ["kind", "what"], warnings.Select(w => (string[])[w.Kind, w.Message]));
        }

        _shown = warnings.Count;
    }

    /// <summary>Says the warnings that no table has shown.</summary>
    internal void SayWarnings()
    {
        foreach (var warning in Warnings.All.Skip(_shown).Where(w => !w.IsFailure))
        {
            Say($"warning: {warning.Message}");
            _shown++;
        }
    }

    private static IAnsiConsole Console(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = WidthOfFiles;
            console.Profile.Capabilities.Ansi = false;
        }

        return console;
    }
}
