using System.Diagnostics;
using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Cli.Commands;

namespace Coda.Tests.Cli;

/// <summary>What a command line came to: in this process, or as one of its own.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Coda's own commands, without those that tests add.</summary>
    public static IEnumerable<CodaCommand> OwnCommands =>
        CodaCommandLine.Commands().Where(command => command.GetType().Assembly == typeof(CodaCommand).Assembly);

    /// <summary>All that is written with <c>--json</c>.</summary>
    public JsonNode Reply => JsonNode.Parse(Output)!;

    /// <summary>The result in it.</summary>
    public JsonNode Json => Reply["result"]!;

    public static CommandRun InProcess(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = CodaCommandLine.Run(arguments, output, error, shown: NarrowTables.Examine);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The same with another current folder, which the whole process has meanwhile.</summary>
    public static CommandRun InFolder(string folder, params string[] arguments)
    {
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder;
        try
        {
            return InProcess(arguments);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    public static CommandRun AsProcess(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return Await(process);
    }

    /// <summary>The same with another build of the command and variables of the environment.</summary>
    public static CommandRun AsProcess(string folder, string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        using var process = Start(folder, program, arguments, environment);
        return Await(process);
    }

    public static Process Start(string folder, params string[] arguments) => Start(folder, typeof(CodaCommandLine).Assembly.Location, arguments, []);

    public static Process Start(string folder, string command, string[] arguments, (string Name, string Value)[] environment)
    {
        // Where the tests run in the background of a shell without job control, SIGINT is ignored, and children inherit that.
        string[] program = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(program[0], [.. program[1..], command, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static CommandRun Await(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The command did not end within {Patience}. {error.Result}");
        }

        return new CommandRun(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Sends a signal, such as INT or KILL.</summary>
    public static void Signal(Process process, string signal)
    {
        if (signal == "KILL")
        {
            process.Kill(); // at once, where another process would have to start first
            return;
        }

        using var kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]);
        kill.WaitForExit();
        Assert.AreEqual(0, kill.ExitCode, $"The process was gone before SIG{signal} reached it.");
    }

    public CommandRun Succeeded()
    {
        Assert.AreEqual(ExitCodes.Success, ExitCode, Error);
        return this;
    }

    /// <summary>Asserts that the command failed as it should: the code, one line that says why, and no stack trace.</summary>
    public CommandRun Failed(int exitCode, params string[] said)
    {
        Assert.AreEqual(exitCode, ExitCode, $"{Output}{Error}");
        var line = Error.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("error: ", line);
        Assert.DoesNotContain("   at ", Error, "A stack trace without --verbose.");
        foreach (var text in said)
        {
            Assert.Contains(text, line);
        }

        return this;
    }
}
