using System.Diagnostics;
using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Cli.Commands;
using Coda.Data.Cards;
using Coda.Tests.Archives;
using Coda.Workflows.Training;

namespace Coda.Tests.Cli;

[TestClass]
public sealed class InterruptionTests
{
    private const string Steps = "120";

    // What is stopped is a process of its own.
    [TestMethod]
    [DoNotParallelize] // the current folder belongs to the whole process
    [DataRow(TrainFolder.Checkpoint, "KILL", "INT")]
    [DataRow(TrainFolder.ReanalysisCheckpoint, "INT")]
    public void TrainingThatWasStoppedGoesOnToTheSameBits(string checkpoint, params string[] signals)
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), "--no-truth", "--set", "observing-network.fraction=1")).Succeeded();
        string[] Train(string output) => checkpoint == TrainFolder.Checkpoint
            ? Tiny.Train("archive", output, "--steps", Steps)
            : Tiny.Train("archive", output, "--steps", "30", "--set", "parameters=[]", $"reanalysis.steps={Steps}", "reanalysis.modelErrorVariance=0.01");
        CommandRun.InFolder(folder.Path, Train("whole")).Succeeded();

        foreach (var signal in signals)
        {
            var output = $"stopped-{signal}";
            using (var process = CommandRun.Start(folder.Path, Train(output)))
            {
                WaitFor(process, () => File.Exists(folder.File(output, checkpoint)));
                CommandRun.Signal(process, signal);
                var stopped = CommandRun.Await(process);
                if (signal == "INT")
                {
                    stopped.Failed(ExitCodes.Interrupted, "Run the same command again");
                }
            }

            Assert.IsFalse(File.Exists(folder.File(output, ModelFolder.Card)), "A folder without a card is no model.");
            DateTime Made() => File.GetLastWriteTimeUtc(folder.File(output, TrainFolder.Reanalysis, "archive.json"));
            var made = Made();
            var resumed = CommandRun.InFolder(folder.Path, Train(output)).Succeeded();
            Assert.Contains("Going on from step", resumed.Error);
            Assert.AreEqual(made, Made(), "A reanalysis that is there is not made again.");
            foreach (var file in new[] { GraphFiles.Analysis, GraphFiles.AnalysisStretch, GraphFiles.Forecast, GraphFiles.Tangent, GraphFiles.Adjoint,
                ModelFolder.Reference, checkpoint })
            {
                Assert.AreEqual(ModelFolder.Hash(folder.File("whole", file)), ModelFolder.Hash(folder.File(output, file)), file);
            }
        }
    }

    [TestMethod]
    [DoNotParallelize]
    public void AnAnalysisThatWasStoppedIsRunAgainToTheSameBits()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess("simulate", "--steps", "2000", "--no-truth", "--output", folder.File("archive")).Succeeded();
        string[] Analyze(string output) =>
            ["analyze", "--archive", "archive", "--method", "space-time-optimal-interpolation", "--set", "half-width=6", "--workers", "1", "--output", output];
        CommandRun.InFolder(folder.Path, Analyze("whole")).Succeeded();

        foreach (var signal in new[] { "KILL", "INT" })
        {
            var output = $"stopped-{signal}";
            using (var process = CommandRun.Start(folder.Path, Analyze(output)))
            {
                WaitFor(process, () => Directory.Exists(folder.File(output, "analyses")) && Directory.EnumerateFiles(folder.File(output, "analyses")).Any());
                CommandRun.Signal(process, signal);
                var stopped = CommandRun.Await(process);
                if (signal == "INT")
                {
                    stopped.Failed(ExitCodes.Interrupted);
                }
            }

            Assert.IsFalse(File.Exists(folder.File(output, "archive.json")), "The analyses appear when they are whole.");
            CommandRun.InFolder(folder.Path, Analyze(output)).Succeeded();
            Assert.AreEqual(Checksums(folder.File("whole")), Checksums(folder.File(output)));
            Assert.IsEmpty(Directory.GetFiles(folder.File(output), "*.partial", SearchOption.AllDirectories), "The next run removes what a killed one left.");
        }
    }

    [TestMethod]
    public void ASimulationThatWasStoppedLeavesNoArchive()
    {
        using var folder = new TemporaryDirectory();
        string[] simulate = ["simulate", "--steps", "400000", "--output", "archive"];
        using var process = CommandRun.Start(folder.Path, simulate);
        WaitFor(process, () => Directory.EnumerateFileSystemEntries(folder.Path).Any());
        CommandRun.Signal(process, "INT");
        CommandRun.Await(process).Failed(ExitCodes.Interrupted);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static string Checksums(string archive) => JsonNode.Parse(File.ReadAllText(Path.Combine(archive, "archive.json")))!["checksums"]!.ToJsonString();

    private static void WaitFor(Process process, Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.IsFalse(process.HasExited, "The command ended before it could be stopped.");
            Assert.IsLessThan(60, clock.Elapsed.TotalSeconds, "The command did not get that far.");
            Thread.Sleep(5);
        }
    }
}
