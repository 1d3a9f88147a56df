using System.CommandLine;
using System.Diagnostics;
using Coda.Cli;
using Coda.Cli.Commands;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Cli;

/// <summary>Every command ends soon after it was told to stop, and leaves whole files.</summary>
[TestClass]
public sealed class StoppedCommandTests
{
    private static readonly TemporaryDirectory Folder = new();

    // Commands that list, or that a person ends at once; all others may take long.
    private static readonly string[] Short = ["systems", "methods", "models", "archive", "check", "experiments", "help", "version", "completion"];

    /// <summary>One command line for every command that may take long; in this order, for some need what others made.</summary>
    private static readonly string[][] Lines =
    [
        ["demo", "--quick", "--output", "{out}"],
        ["simulate", "--steps", "1000000000", "--no-truth", "--output", "{out}"],
        ["import", "{rows}", "--step-length", "0.01", "--output", "{out}"],
        ["export", "--archive", "{archive}", "--table", "truth", "--output", "{out}.nc"],
        ["train", "--archive", "{archive}", "--threads", "1", "--set", "rolloutLength=3", "network.halfWidth=3", "--output", "{out}"],
        ["tune", "--archive", "{archive}", "--method", "etkf", "--output", "{out}.json"],
        ["calibrate", "--archive", "{archive}", "--method", "etkf", "--output", "{out}.json"],
        ["analyze", "--archive", "{archive}", "--method", "letkf", "--output", "{out}"],
        ["forecast", "--archive", "{archive}", "--method", "simulator", "--output", "{out}"],
        ["score", "--archive", "{archive}"],
        ["compare", "--archive", "{archive}", "--methods", "enks:lag=10"],
        ["estimate", "--archive", "{archive}", "--model", "{model}", "--parameters", "F"],
        ["track", "--archive", "{archive}", "--parameters", "F"],
        ["distance", "--reference", "{archive}", "--analyses", "{archive}"],
        ["impact", "--archive", "{archive}", "--method", "etkf", "--output", "{out}"],
        ["correction", "--archive", "{archive}", "--model", "{model}"],
        ["quantize", "--archive", "{archive}", "--model", "{model}", "--output", "{out}"],
        ["study", "window", "--output", "{out}"],
        ["report", "{archive}", "--out", "{out}.html"],
        ["inspect", "{archive}"],
        ["prove", "{archive}"],
        ["follow", "--feed", "{feed}", "--model", "{model}", "--output", "{out}"],
        ["serve", "--model", "{model}", "--port", "0"],
        ["watch", "{model}"],
    ];

    public static IEnumerable<object[]> Commands => CommandRun.OwnCommands.Select(command => command.Name).Except(Short).Select(name => new object[] { name });

    [ClassInitialize]
    public static void Prepare(TestContext _)
    {
        CommandRun.InProcess(Tiny.Simulate(Folder.File("archive"), 2, 100, "--withhold", "0.1")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", Folder.File("archive"), "--method", "persistence").Succeeded();
        Directory.CreateDirectory(Folder.File("model"));
        ExampleModels.Write(Folder.File("model"), 40, options: new() { HalfWidth = 3, Width = 16, Blocks = 1, Kernel = 3 });
        File.WriteAllLines(Folder.File("rows.csv"), ["time,site,value", .. Enumerable.Range(0, 1000).Select(i => $"0.{i / 10:00},{i % 10},1")]);
    }

    [ClassCleanup]
    public static void Clean() => Folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Commands))]
    public void ACommandThatWasToldToStopBeforeItBeganDoesNothingAndSaysSo(string name)
    {
        var line = Lines.SingleOrDefault(l => l[0] == name);
        Assert.IsNotNull(line, $"{name}: a line for it belongs here, or its name among those that take no time.");
        var output = Folder.File($"out-{name}");
        var (clock, result) = (Stopwatch.StartNew(), Run(line, output, new CancellationToken(canceled: true)));
        Assert.IsTrue(result.ExitCode == ExitCodes.Interrupted || name is "correction" or "distance", $"{result.ExitCode}: {result.Output}{result.Error}");
        Assert.IsLessThan(20, clock.Elapsed.TotalSeconds);
        Assert.IsFalse(File.Exists(Path.Combine(output, "archive.json")), "Nothing that looks whole.");
    }

    [TestMethod]
    [DataRow("simulate", "--steps", "1000000000", "--no-truth", "--output", "{out}")]
    [DataRow("simulate", "--spin-up", "1000000000", "--output", "{out}")]
    [DataRow("simulate", "--steps", "1000", "--trajectories", "100000", "--no-truth", "--output", "{out}")]
    [DataRow("analyze", "--archive", "{archive}", "--method", "etkf", "--set", "spinUpSteps=2000000000", "--output", "{out}")]
    [DataRow("forecast", "--archive", "{archive}", "--method", "simulator", "--leads", "20000000", "--output", "{out}")]
    [DataRow("compare", "--archive", "{archive}", "--methods", "enks:lag=10,spinUpSteps=2000000000")]
    [DataRow("follow", "--feed", "{feed}", "--model", "{model}", "--output", "{out}")]
    public void ACommandThatWouldTakeDaysStopsWithinAMoment(params string[] line)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var (output, clock) = (Folder.File($"long-{Guid.NewGuid():N}"), Stopwatch.StartNew());
        var result = Run(line, output, stop.Token);
        Assert.AreEqual(ExitCodes.Interrupted, result.ExitCode, $"{result.Output}{result.Error}");
        Assert.IsLessThan(10, clock.Elapsed.TotalSeconds, "On a machine that others use, too.");
        Assert.IsFalse(File.Exists(Path.Combine(output, "archive.json")));
        Assert.IsFalse(Directory.Exists(output + ".partial"));
    }

    [TestMethod]
    [DataRow("simulate --set system.size=2147483647 --output {out}", "at most 134217728 sites")]
    [DataRow("simulate --set system.size=4 --steps 1000000000000000 --output {out}", "free on the disk")]
    [DataRow("simulate --steps 9223372036854775807 --output {out}", "StepCount: expected 1 to 9007199254740992")]
    [DataRow("analyze --archive {archive} --method space-time-optimal-interpolation --set halfWidth=2147483647 --output {out}", "got 2147483647")]
    [DataRow("analyze --archive {archive} --method etkf --set members=2147483647 --output {out}", "numbers in an array")]
    [DataRow("analyze --archive {archive} --model {model} --set form=window batchSize=100000000 --output {out}", "runs of|input of one run")]
    [DataRow("analyze --archive {archive} --method climatology --memory 1MB --output {out}", "at most 1 MB, the bound")]
    [DataRow("train --archive {archive} --set batchSize=1000000000 --output {out}", "windows of|numbers in an array")]
    [DataRow("train --archive {archive} --set network.halfWidth=2147483647 --output {out}", "HalfWidth: expected 0 to")]
    [DataRow("train --archive {archive} --set network.width=65536 network.kernel=3 network.blocks=4096 --output {out}", "numbers in an array, got more "
        + "(weights")]
    [DataRow("train --archive {archive} --set rolloutLength=2147483647 --output {out}", "RolloutLength: expected 1 to")]
    [DataRow("forecast --archive {archive} --method simulator --leads 1e12 --output {out}", "--leads: expected at most")]
    [DataRow("forecast --archive {archive} --method persistence --from smoothed --leads 0 --memory 1MB --output {out}", "at most 1 MB, the bound")]
    [DataRow("forecast --archive {archive} --method simulator --leads 1 --members 2147483647 --initial-spread 1 --output {out}", "members of 40 entries")]
    [DataRow("correction --archive {archive} --model {model} --leads 1e12", "--leads: expected at most")]
    public void ASizeThatCannotBeIsRefusedWithItsNumber(string line, string expected)
    {
        var (output, clock) = (Folder.File($"large-{Guid.NewGuid():N}"), Stopwatch.StartNew());
        var result = Run(line.Split(' '), output, CancellationToken.None);
        Assert.IsTrue(result.ExitCode is ExitCodes.Usage or ExitCodes.BadData or ExitCodes.ModelMismatch, $"{result.ExitCode}: {result.Output}{result.Error}");
        Assert.IsTrue(expected.Split('|').Any(text => result.Error.Contains(text, StringComparison.Ordinal)), result.Error);
        Assert.IsLessThan(20, clock.Elapsed.TotalSeconds);
        Assert.IsFalse(File.Exists(Path.Combine(output, "archive.json")));
    }

    [TestMethod]
    public void WhatDoesNotStopInTimeIsEnded()
    {
        using var overdue = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        using (new StopGuard(TimeSpan.FromMilliseconds(1), overdue.Set, stop.Token))
        {
            Assert.IsFalse(overdue.Wait(20), "Nobody told it to stop.");
            stop.Cancel();
            Assert.IsTrue(overdue.Wait(10_000));
        }

        overdue.Reset();
        using var other = new CancellationTokenSource();
        using (new StopGuard(TimeSpan.FromMilliseconds(50), overdue.Set, other.Token))
        {
            other.Cancel();
        }

        Assert.IsFalse(overdue.Wait(200), "It ended in time.");
    }

    [TestMethod]
    public void OnlyWhatTrainsOrServesMayTakeLongerThanASecondOrTwo()
    {
        var patient = CodaCommandLine.Commands().Where(command => command.Grace != TimeSpan.FromSeconds(2)).Select(command => command.Name);
        CollectionAssert.AreEquivalent(new[] { "demo", "train", "study", "serve" }, patient.ToArray());
    }

    private static CommandRun Run(string[] line, string output, CancellationToken cancellation)
    {
        using var written = new StringWriter();
        using var error = new StringWriter();
        string[] arguments =
        [
            .. line.Select(word => word
                .Replace("{out}", output, StringComparison.Ordinal).Replace("{archive}", Folder.File("archive"), StringComparison.Ordinal)
                .Replace("{model}", Folder.File("model"), StringComparison.Ordinal)
                .Replace("{feed}", Directory.CreateDirectory(Folder.File("feed")).FullName, StringComparison.Ordinal)
                .Replace("{rows}", Folder.File("rows.csv"), StringComparison.Ordinal)),
        ];
        return new CommandRun(CodaCommandLine.Run(arguments, written, error, cancellation), written.ToString(), error.ToString());
    }
}
