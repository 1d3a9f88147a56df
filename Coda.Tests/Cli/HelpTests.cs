using System.Diagnostics;
using Coda.Cli;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>Help, version, and what shells complete.</summary>
[TestClass]
public sealed class HelpTests
{
    public static IEnumerable<object[]> CommandNames => CommandLineTests.CommandNames;

    [TestMethod]
    [DynamicData(nameof(CommandNames))]
    public void HelpIsThatOfTheCommand(string name)
    {
        var words = name.Split(' ');
        var help = CommandRun.InProcess([.. words, "--help"]).Succeeded().Output;
        Assert.AreEqual(help, CommandRun.InProcess(["help", .. words]).Succeeded().Output);
        Assert.IsEmpty(help.Split('\n').Where(line => line.Length > 120 && !line.TrimStart().StartsWith("coda ")), "lines that no terminal shows as they are");
    }

    [TestMethod]
    public void HelpWithoutANameListsAllCommands()
    {
        var help = CommandRun.InProcess("--help").Succeeded().Output;
        Assert.AreEqual(help, CommandRun.InProcess("help").Succeeded().Output);
        Assert.IsLessThanOrEqualTo(120, help.Split('\n').Max(line => line.Length));
        CommandRun.InProcess("help", "trian").Failed(ExitCodes.Usage, "Unknown command 'trian'", "Did you mean 'train'?");
        CommandRun.InProcess("help", "archive", "chekc").Failed(ExitCodes.Usage, "Unknown command 'chekc'", "Did you mean 'check'?");
    }

    [TestMethod]
    public void TheVersionIsOneWhoeverAsks()
    {
        var version = (string)CommandRun.InProcess("version", "--json").Succeeded().Json["version"]!;
        Assert.Contains(version, CommandRun.InProcess("version").Succeeded().Output);
        StringAssert.Matches(version, new(@"^\d+\.\d+\.\d+"));
    }

    [TestMethod]
    [DataRow("coda tr", "train")]
    [DataRow("coda train --arch", "--archive")]
    [DataRow("coda score --against ", "truth")]
    [DataRow("coda methods letk", "letkf")]
    [DataRow("coda systems lorenz96-two", "lorenz96-two-level")]
    [DataRow("coda experiments zinchenko-greenberg-2024-", "zinchenko-greenberg-2024-published")]
    [DataRow("coda study wind", "window")]
    [DataRow("coda help quan", "quantize")]
    [DataRow("coda archive ch", "check")]
    [DataRow("coda completion ba", "bash")]
    public void WhatIsBegunIsCompleted(string line, string expected) =>
        CollectionAssert.Contains(
            CommandRun.InProcess($"[suggest:{line.Length}]", line).Succeeded().Output.Split('\n', StringSplitOptions.TrimEntries), expected);

    [TestMethod]
    public void BashCompletesByTheScript()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("complete.sh"), CommandRun.InProcess("completion", "bash").Succeeded().Output);
        foreach (var (
            program, words, expected) in new[] { ("coda", "trai", "train"), ("./coda", "methods letk", "letkf"), ("coda", "train --arch", "--archive") })
        {
            // The word before the cursor is a program that runs this build.
            File.WriteAllText(folder.File("coda"), $"#!/bin/sh\nexec dotnet {typeof(CodaCommandLine).Assembly.Location} \"$@\"\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder.File("coda"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var line = $"{program} {words}";
            var script = $"export PATH=\"$PWD:$PATH\"; . ./complete.sh; COMP_LINE='{line}' COMP_POINT={line.Length}; COMP_WORDS=({line}); "
                + "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _coda; printf '%s\\n' \"${COMPREPLY[@]}\"";
            using var bash =
                Process.Start(new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true,
                    RedirectStandardError = true })!;
            var run = CommandRun.Await(bash);
            Assert.AreEqual(expected, run.Output.Trim(), $"{line}\n{run.Error}");
        }
    }

    [TestMethod]
    [DataRow("bash", "complete -o default -F _coda coda")]
    [DataRow("zsh", "compdef _coda coda")]
    [DataRow("pwsh", "Register-ArgumentCompleter -Native -CommandName coda")]
    public void EveryShellHasAScriptThatAsksForSuggestions(string shell, string said)
    {
        var script = CommandRun.InProcess("completion", shell).Succeeded().Output;
        Assert.Contains(said, script);
        Assert.Contains("[suggest:", script);
        Assert.AreEqual(script.TrimEnd(), ((string)CommandRun.InProcess("completion", shell, "--json").Succeeded().Json["script"]!).TrimEnd());
        CommandRun.InProcess("completion", "fish").Failed(ExitCodes.Usage, "fish");
    }
}
