using System.Reflection;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Workflows.Progress;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>Where a command writes: its result to the standard output, messages and progress to the standard error.</summary>
public sealed class Terminal : IWorkflowProgress
{
    private const int WidthOfFiles = 160;

    private int _shown; // of the warnings
    private JsonNode? _result;
    private bool _isWritten;

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

    /// <inheritdoc/>
    /// <remarks>Shown with the result, or after it where they come later.</remarks>
    public ResultWarnings Warnings { get; } = new();

    /// <summary>The standard output, for tables.</summary>
    public IAnsiConsole OutputConsole { get; }

    /// <summary>The ranks that run the command together; this process alone by default.</summary>
    public IRankGroup Ranks { get; internal set; } = OneRank.Instance;

    /// <summary>The command that runs, as it is typed after <c>coda</c>; <see langword="null"/> until it is known.</summary>
    internal string? Command { get; set; }

    /// <summary>The assemblies that <c>--plugin</c> has loaded.</summary>
    internal IReadOnlyList<Assembly> PlugIns { get; set; } = [];

    /// <summary>The standard error, for progress.</summary>
    internal IAnsiConsole ErrorConsole { get; }

    /// <summary>Told how a result is shown, for whoever shows it once more, in another width.</summary>
    internal Action<Action<IAnsiConsole>>? Shown { get; init; }

    /// <summary>Whether someone watches the progress.</summary>
    internal bool IsWatched => ErrorConsole.Profile.Out.IsTerminal;

    /// <inheritdoc/>
    public void Say(string text)
    {
        if (IsWatched)
        {
            ErrorConsole.WriteLine(ForeignText.Escape(text)); // above a bar that is being drawn
            return;
        }

        Error.WriteLine(ForeignText.Escape(text));
    }

    /// <inheritdoc/>
    public T Run<T>(string title, Func<IProgress<PhaseState>, T> work) => new ProgressBars(this).Run(title, work);

    /// <summary>Writes the result, once, with the warnings.</summary>
    /// <param name="result">For machines: what JSON holds as <c>result</c>, written when the command has ended.</param>
    /// <param name="show">For people: writes tables.</param>
    public void Result(object result, Action<IAnsiConsole> show)
    {
        if (IsJson)
        {
            _result = Json.Node(result);
            return;
        }

        var warnings = Warnings.All;
        Show(OutputConsole);
        Shown?.Invoke(Show);
        _shown = warnings.Count;

        void Show(IAnsiConsole console)
        {
            show(console);
            if (warnings.Count > 0)
            {
                console.Words("Warnings", ["kind", "what"], warnings.Select(w => (string[])[w.Kind, w.Message]));
            }
        }
    }

    /// <summary>Writes a result that is a text, which is kept as it stands.</summary>
    /// <param name="result">For machines: what JSON holds as <c>result</c>.</param>
    /// <param name="text">For people.</param>
    internal void Text(object result, string text)
    {
        if (IsJson)
        {
            _result = Json.Node(result);
            return;
        }

        Output.Write(text);
    }

    /// <summary>Writes the result of a command that goes on, such as a service, at once; how it ends, its exit code says.</summary>
    /// <inheritdoc cref="Result"/>
    public void ResultAtOnce(object result, Action<IAnsiConsole> show)
    {
        Result(result, show);
        Write(exitCode: null, error: null);
        Output.Flush();
    }

    /// <summary>Writes the JSON of a command that has ended, where that was asked for and none is written yet.</summary>
    /// <param name="exitCode">What it ends with.</param>
    /// <param name="error">Why it failed, as the standard error says it; <see langword="null"/> where it did not.</param>
    internal void End(int exitCode, string? error) => Write(exitCode, error is null ? null : new CommandError(ExitCodes.KindOf(exitCode), error));

    /// <summary>Says the warnings that no table has shown.</summary>
    internal void SayWarnings()
    {
        foreach (var warning in Warnings.All.Skip(_shown).Where(w => !w.IsFailure))
        {
            Say($"warning: {warning.Message}");
            _shown++;
        }
    }

    private void Write(int? exitCode, CommandError? error)
    {
        if (IsJson && !Interlocked.Exchange(ref _isWritten, true))
        {
            Output.WriteLine(Json.Write(new CommandReply(Command, exitCode, _result, error, Warnings.All)));
        }
    }

    /// <summary>A console that writes tables to a file or a pipe.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="width">The width where the writer is no terminal, which has its own.</param>
    internal static IAnsiConsole Console(TextWriter writer, int width = WidthOfFiles)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = width;
            console.Profile.Capabilities.Ansi = false;
        }

        return console;
    }
}
