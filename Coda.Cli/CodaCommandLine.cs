using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Coda.Cli.Commands;
using Coda.Data.Foundation;
using Coda.Workflows.Checking;
using Spectre.Console;

namespace Coda.Cli;

/// <summary>The whole command line: parses, runs the command, turns faults into exit codes.</summary>
internal static class CodaCommandLine
{
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Write one JSON object to the standard output, and nothing else there: command, exitCode, result, error, warnings.",
        Recursive = true,
    };

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "On an error, print where it happened too.", Recursive = true };

    private static readonly Option<bool> Strict = new("--strict")
    {
        Description = $"End with exit code {ExitCodes.Warned} where the result comes with warnings; its files are written all the same.",
        Recursive = true,
    };

    private static readonly Option<string[]> Plugin = new("--plugin")
    {
        Description = "Load an assembly (.dll) with systems, networks, operators, methods, studies or commands of your own; may be repeated.",
        HelpName = "FILE",
        Recursive = true,
    };

    private static readonly NamedCatalog<CodaCommand> Catalog = new("command", command => command.Name);

    /// <summary>Every command, those of plug-ins included, in the order of the work.</summary>
    public static IReadOnlyList<CodaCommand> Commands() => [.. Catalog.All.OrderBy(command => command.Group)];

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">The arguments after <c>coda</c>.</param>
    /// <param name="output">The standard output.</param>
    /// <param name="error">The standard error.</param>
    /// <param name="cancellation">Cancelled by Ctrl-C.</param>
    /// <param name="overdue">Called where a command has not ended in its time after it was cancelled; by default it takes the time it takes.</param>
    /// <param name="shown">Told how a result is shown, for whoever shows it once more.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellation = default, Action? overdue = null,
        Action<Action<IAnsiConsole>>? shown = null)
    {
        var common = Common().Parse(arguments, Parsing);
        var terminal = new Terminal(output, error, common.GetValue(Json), TimeProvider.System) { Shown = shown };
        var session = RankSession.Alone;
        try
        {
            terminal.PlugIns = [.. (common.GetResult(Plugin)?.Tokens ?? []).Select(file => PlugInFile.Load(file.Value)).Distinct()];
            var parsed = Root().Parse(arguments, Parsing);
            terminal.Command = PathOf(parsed.CommandResult.Command);
            session = parsed.Action is ParseErrorAction or null ? RankSession.Begin(parsed) : session;
            terminal = session.Of(terminal);
            if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction or null)
            {
                Require(parsed);
            }

            if (parsed.Action is not null)
            {
                return Invoke(parsed, terminal);
            }

            var command = (CodaCommand)parsed.CommandResult.Command;
            parsed.Require(command);
            if (command is not CheckCommand)
            {
                PlugInCheckWorkflow.Require(terminal.PlugIns);
            }

            using var guard = overdue is null ? null : new StopGuard(command.Grace, () => Overdue(terminal, overdue), cancellation);
            command.Run(parsed, terminal, cancellation);
            session.Leave();
            return End(terminal, parsed.GetValue(Strict));
        }
        catch (Exception fault)
        {
            terminal.SayWarnings();
            var (exitCode, message) = ErrorHandling.Describe(fault);
            session.Fail(exitCode, message, Say);
            return exitCode;

            void Say(string text)
            {
                error.WriteLine($"error: {text}");
                if (common.GetValue(Verbose))
                {
                    foreach (var line in $"{fault}".Split('\n'))
                    {
                        error.WriteLine(ForeignText.Escape(line.TrimEnd('\r')));
                    }
                }

                terminal.End(exitCode, text);
            }
        }
    }

    // Help, version and suggestions are the parser's own.
    private static int Invoke(ParseResult parsed, Terminal terminal)
    {
        if (!terminal.IsJson)
        {
            return parsed.Invoke(new InvocationConfiguration { Output = terminal.Output, Error = terminal.Error, EnableDefaultExceptionHandler = false });
        }

        using var text = new StringWriter();
        var exitCode = parsed.Invoke(new InvocationConfiguration { Output = text, Error = terminal.Error, EnableDefaultExceptionHandler = false });
        terminal.Result(new { text = text.ToString() }, _ => { });
        terminal.End(exitCode, error: null);
        return exitCode;
    }

    private static void Overdue(Terminal terminal, Action overdue)
    {
        terminal.End(ExitCodes.Interrupted, ErrorHandling.Overdue);
        terminal.Output.Flush();
        overdue();
    }

    private static string? PathOf(Command command) =>
        command is RootCommand ? null : string.Join(' ', command.Parents.OfType<CodaCommand>().Append(command).Select(c => c.Name));

    // What holds for every command: read before the commands are known, for a plug-in may bring some.
    private static RootCommand Common() =>
        new("Coda: analyses, parameters and missing physics learned jointly from observations (CODA), run as plain ONNX files.")
        {
            Json, Verbose, Strict, Plugin,
        };

    /// <summary>The root of all commands.</summary>
    internal static RootCommand Root()
    {
        var root = Common();
        foreach (var command in Commands())
        {
            root.Add(command);
            command.Arguments.ToList().ForEach(argument => argument.HelpName ??= argument.Name); // not every value that it may have
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.SetAction(parsed => new HelpAction().Invoke(parsed));
        return root;
    }

    /// <summary>The help of a command.</summary>
    /// <param name="names">The command, word by word; none for the root's.</param>
    /// <exception cref="ArgumentException">There is no such command.</exception>
    internal static string Help(IReadOnlyList<string> names)
    {
        Command command = Root();
        foreach (var name in names)
        {
            command = command.Subcommands.FirstOrDefault(c => c.Name == name)
                ?? throw Unknown("command", name, command.Subcommands.Select(c => c.Name), "coda");
        }

        using var text = new StringWriter();
        Root().Parse([.. names, "--help"], Parsing).Invoke(new InvocationConfiguration { Output = text, Error = text });
        return text.ToString();
    }

    // A run that came to its end, but perhaps not to what was asked for.
    private static int End(Terminal terminal, bool isStrict)
    {
        terminal.SayWarnings();
        var (warnings, exitCode) = (terminal.Warnings.All, ExitCodes.Of(terminal.Warnings.All, isStrict));
        List<string> errors = [.. warnings.Where(w => w.IsFailure).Select(w => w.Message)];
        if (exitCode == ExitCodes.Warned)
        {
            errors.Add($"--strict: expected a result without warnings, got {warnings.Count}; the files are written.");
        }

        foreach (var message in errors)
        {
            terminal.Say($"error: {message}");
        }

        terminal.End(exitCode, errors.Count > 0 ? string.Join(' ', errors) : null);
        return exitCode;
    }

    /// <summary>Throws the parser's first complaint, with the nearest name where one was misspelt.</summary>
    private static void Require(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var name = command is RootCommand ? "coda" : $"coda {command.Name}";
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            var known = unknown.StartsWith('-')
                ? command.Options.Concat(parsed.RootCommandResult.Command.Options).Select(o => o.Name)
                : command.Subcommands.Select(c => c.Name);
            throw Unknown(unknown.StartsWith('-') ? "option" : command is RootCommand ? "command" : "argument", unknown, known, name);
        }

        throw new ArgumentException($"{parsed.Errors[0].Message} See '{name} --help'.");
    }

    private static ArgumentException Unknown(string kind, string unknown, IEnumerable<string> known, string command)
    {
        var nearest = NearestName.Of(unknown, known) is { } near ? $" Did you mean '{near}'?" : "";
        return new($"Unknown {kind} '{unknown}'.{nearest} See '{command} --help'.{(kind == "command" ? PlugIns.Unread(typeof(CodaCommand)) : "")}");
    }
}
