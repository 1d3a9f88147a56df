using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Coda.Cli.Commands;

namespace Coda.Cli;

/// <summary>The help of a command, with examples and exit codes after it.</summary>
/// <param name="usual">Writes the usual help.</param>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const int MostWidth = 120; // where no terminal says its own

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        usual.MaxWidth = Math.Min(usual.MaxWidth, MostWidth);
        var exitCode = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        string[] examples = parseResult.CommandResult.Command is CodaCommand command ? [.. command.Examples] : ["coda demo", "coda train --help"];
        output.WriteLine("Examples:");
        foreach (var example in examples)
        {
            output.WriteLine($"  {example}");
        }

        output.WriteLine();
        output.WriteLine("Exit codes:");
        foreach (var (code, _, meaning) in ExitCodes.All)
        {
            output.WriteLine($"  {code,3}  {meaning}");
        }

        output.WriteLine();
        return exitCode;
    }
}
