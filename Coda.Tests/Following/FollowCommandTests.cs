using System.Diagnostics;
using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Training;
using Coda.Training.Export;

namespace Coda.Tests.Following;

/// <summary><c>coda follow</c>.</summary>
[TestClass]
public sealed class FollowCommandTests
{
    [TestMethod]
    public void AProcessThatWasKilledOrToldToStopGoesOnToTheSameAnalyses()
    {
        using var example = FollowExamples.Of("nowcast");
        var feed = example.ArriveAll("feed");
        string[] Line(string output, params string[] more) =>
            ["follow", "--feed", example.File(feed), "--model", example.File("model"), "--output", example.File(output), "--seal-every", "5", .. more];
        CommandRun.InProcess(Line("whole", "--once")).Succeeded();
        foreach (var signal in new[] { "KILL", "INT" })
        {
            using (var process = CommandRun.Start(example.File("feed"), Line(signal)))
            {
                var clock = Stopwatch.StartNew();
                while (!File.Exists(example.File(signal, "newest.json")))
                {
                    Assert.IsFalse(process.HasExited, "It ended before it could be stopped.");
                    Assert.IsLessThan(CommandRun.Patience.TotalSeconds, clock.Elapsed.TotalSeconds);
                    Thread.Sleep(5);
                }

                CommandRun.Signal(process, signal);
                var stopped = CommandRun.Await(process);
                if (signal == "INT")
                {
                    stopped.Failed(ExitCodes.Interrupted, "Run the same command again");
                    CommandRun.InProcess("archive", "check", example.File(signal)).Succeeded();
                }
            }

            CommandRun.InProcess(Line(signal, "--once")).Succeeded();
            Assert.AreEqual(Analyses(example.File("whole")), Analyses(example.File(signal)));
            Assert.AreEqual(File.ReadAllText(example.File("whole", "newest.json")), File.ReadAllText(example.File(signal, "newest.json")));
        }
    }

    [TestMethod]
    public void ItsArchiveIsScoredInspectedAndForecastFromAndGrows()
    {
        using var folder = new TemporaryDirectory();
        ModelExport.Write(ModelExamples.Of(TrainingExamples.Experiment with { Tracked = ["*"] }), folder.File("model"), "");
        CommandRun.InProcess(
            "simulate", "--set", "system.size=8", "observing-network.fraction=0.5", "--step-length", "0.02", "--trajectories", "1", "--steps", "60",
            "--spin-up", "100", "--output", folder.File("archive")).Succeeded();
        Directory.CreateDirectory(folder.File("feed"));
        CommandRun.InProcess("export", "--archive", folder.File("archive"), "--table", "observations", "--output", folder.File("feed", "1.parquet")).Succeeded();
        string[] line =
        [
            "follow", "--feed", folder.File("feed"), "--model", folder.File("model"), "--track", "F", "--set", "warmUp=10", "--output", folder.File("out"), "--once",
        ];
        var run = CommandRun.InProcess([.. line, "--json"]).Succeeded();
        Assert.AreEqual((60, 1), ((int)run.Json["analyses"]!, (int)run.Json["batches"]!));
        Assert.AreEqual("F", (string)run.Json["newest"]!["trajectories"]![0]!["corrected"]![0]!["name"]!);
        CommandRun.InProcess("score", "--archive", folder.File("archive"), "--analyses", folder.File("out")).Succeeded();
        Assert.Contains("windows", CommandRun.InProcess("inspect", folder.File("out")).Succeeded().Output);
        CommandRun.InProcess("forecast", "--archive", folder.File("out"), "--model", folder.File("model"), "--leads", "0.1", "--from", "smoothed").Succeeded();
        File.WriteAllText(folder.File("feed", "2.csv"), "step,site,value\n60,0,1\n61,1,2\n");
        CommandRun.InProcess(line).Succeeded();
        using var archive = ParquetArchive.Open(folder.File("out"));
        archive.Verify();
        Assert.AreEqual((62L, 62L), (archive.RowCount(ArchiveTable.Analyses), archive.Description.Steps.End));
    }

    [TestMethod]
    public void BandsOfAFileAreInTheArchiveAndWhatTheyCoverIsTold()
    {
        using var example = FollowExamples.Of("nowcast");
        var (bands, other) = (example.File("bands.json"), example.File("other.json"));
        example.Bands().Write(bands);
        (example.Bands() with { Origin = new(example.Bands().Origin) { ["model"] = "another 1" } }).Write(other);
        var feed = example.File(example.ArriveAll("feed"));
        string[] Line(params string[] more) => ["follow", "--feed", feed, "--model", example.File("model"), "--output", example.File("out"), "--once", .. more];
        CommandRun.InProcess(Line("--adapt", "0.01")).Failed(ExitCodes.Usage, "--bands");
        CommandRun.InProcess(Line("--bands", bands, "--level", "0.5")).Failed(ExitCodes.Usage, "expected one of the levels that were calibrated, 0.9");
        CommandRun.InProcess(Line("--bands", bands, "--adapt", "7")).Failed(ExitCodes.Usage, "at most 1");
        CommandRun.InProcess(Line("--bands", other)).Failed(ExitCodes.ModelMismatch, "got those of 'another 1'");
        CommandRun.InProcess(Line("--bands", example.File("none.json"))).Failed(ExitCodes.BadData, "none.json");
        var run = CommandRun.InProcess(Line("--bands", bands, "--adapt", "0.01", "--json")).Succeeded();
        var coverage = run.Json["newest"]!["trajectories"]![1]!["coverage"]!;
        Assert.AreEqual((0.9, 0.01), ((double)coverage["level"]!, (double)coverage["rate"]!));
        Assert.Contains("New observations in bands", CommandRun.InProcess(Line("--bands", bands, "--adapt", "0.01")).Succeeded().Output);
        CommandRun.InProcess(Line("--bands", bands)).Failed(ExitCodes.BadData, "bands");
        using var archive = ParquetArchive.Open(example.File("out"));
        Assert.AreEqual(0.9, archive.Description.NoteOf(ArchiveTable.Analyses).BandLevel);
        Assert.IsTrue(archive.ReadStates(ArchiveTable.Analyses).All(block => block.Band is not null));
    }

    [TestMethod]
    public void BandsAreOfTheMethodThatCalibratesThem()
    {
        using var example = FollowExamples.Of("nowcast");
        var method = new Component("network", new JsonObject { ["nowcast"] = true });
        var context = new AnalysisContext(FollowExamples.Archive, example.Model);
        _ = AssimilationMethod.Catalog.Create(method, context);
        var (expected, got) = (AnalysisOrigin.Of(method, context, FollowExamples.Archive), AnalysisOrigin.OfArchivesLike("nowcast", example.Model, null));
        Assert.AreEqual((expected["method"], expected["model"]), (got["method"], got["model"]));
        Assert.AreEqual("cycle", AnalysisOrigin.OfArchivesLike("sequential", example.Model, null)["method"]);
        Assert.AreEqual("cycle", AssimilationMethod.Catalog.NameFor(typeof(CycleMethod)));
    }

    [TestMethod]
    public void WhatIsMeantOtherwiseIsRefusedWithItsExitCode()
    {
        using var example = FollowExamples.Of("nowcast");
        string[] Line(string feed, params string[] more) => ["follow", "--feed", feed, "--model", example.File("model"), "--output", example.File("out"), .. more];
        CommandRun.InProcess(Line(example.File("none"))).Failed(ExitCodes.BadData, "none: expected a folder that observations arrive in");
        CommandRun.InProcess(Line("nats://host/only")).Failed(ExitCodes.Usage, "expected nats://HOST:PORT/STREAM/SUBJECT");
        CommandRun.InProcess(Line("kafka://host/a/b")).Failed(ExitCodes.Usage, "feed", "kafka");
        CommandRun.InProcess(Line("nats://127.0.0.1:1/OBS/a")).Failed(ExitCodes.BadData, "nats OBS/a at nats://127.0.0.1:1");
        CommandRun.InProcess(Line(example.File(example.ArriveAll("feed")), "--grace", "1")).Failed(ExitCodes.Usage, "--close batch");
        CommandRun.InProcess(Line(example.File("feed"), "--seal-every", "0")).Failed(ExitCodes.Usage, "SealEvery: expected at least 1, got 0");
        CommandRun.InProcess(Line(example.File("feed"), "--set", "memory=1")).Failed(ExitCodes.Usage, "--track");
        CommandRun.InProcess(Line("folder:path=" + example.File("feed"), "--once", "--strict")).Succeeded();
        example.Arrive("feed", "x.csv", FollowExamples.Rows(0, 1));
        CommandRun.InProcess(Line(example.File("feed"), "--once", "--strict")).Failed(ExitCodes.Warned, "--strict");
        File.WriteAllText(example.Arrive("feed", "y.csv", []), "nothing");
        CommandRun.InProcess(Line(example.File("feed"), "--once")).Failed(ExitCodes.BadData, "y.csv: expected a header line");
    }

    private static string Analyses(string path)
    {
        using var archive = ParquetArchive.Open(path);
        return string.Join('\n', archive.ReadAnalyses().Select(a => $"{a.Trajectory} {a.Step} {string.Join(' ', a.State)} {string.Join(' ', a.Spread ?? [])}"));
    }
}
