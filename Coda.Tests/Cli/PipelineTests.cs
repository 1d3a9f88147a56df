using Coda.Cli;
using Coda.Data.Cards;
using Coda.Data.Scoring;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

[TestClass]
public sealed class PipelineTests
{
    // Each command once as a process of its own, which takes longer to start than for most of what it does.
    [TestMethod]
    [DoNotParallelize] // the current folder belongs to the whole process
    public void EveryCommandWorksAfterTheOther()
    {
        using var folder = new TemporaryDirectory();
        var started = new HashSet<string>();
        CommandRun Coda(params string[] arguments) => (started.Add(arguments[0])
            ? CommandRun.AsProcess(folder.Path, [.. arguments, "--json"]) : CommandRun.InFolder(folder.Path, [.. arguments, "--json"])).Succeeded();

        var simulated = Coda(Tiny.Simulate("training", "--no-truth")).Json;
        Assert.AreEqual(0, (long)simulated["truth"]!);
        Coda(Tiny.Simulate("test", 2, 100, "--seed", "4", "--withhold", "0.05"));

        var trained = Coda(Tiny.Train("training", "model", "--steps", "30")).Json;
        Assert.AreEqual("lorenz96", (string)trained["card"]!["name"]!);
        Assert.AreNotEqual(6, (double)trained["card"]!["parameters"]!["F"]!);

        var analyzed = Coda("analyze", "--archive", "test", "--model", "model").Json;
        Assert.AreEqual(200, (long)analyzed["states"]!);
        Coda("analyze", "--archive", "test", "--method", "climatology", "--reference", "training", "--output", "climatology");
        Coda("analyze", "--archive", "test", "--model", "model", "--nowcast", "--workers", "1", "--output", "nowcast");

        CommandRun.InFolder(folder.Path, "forecast", "--archive", "test", "--model", "model").Failed(ExitCodes.Usage, "look ahead up to 5 steps");
        var forecast = Coda("forecast", "--archive", "nowcast", "--model", "model", "--leads", "0", "0.1", "0.25", "--every", "0.1").Json;
        Assert.AreEqual(2 * 10 * 3, (long)forecast["states"]!);
        Coda("forecast", "--archive", "nowcast", "--method", "persistence", "--output", "persistence", "--leads", "0.1");
        Coda("forecast", "--archive", "nowcast", "--method", "simulator", "--output", "simulator", "--leads", "0.1");

        var scores = Coda("score", "--archive", "test", "--analyses", "test", "climatology", "nowcast", "persistence", "simulator", "--margin", "10").Json;
        Assert.AreEqual("truth", (string)scores["against"]!);
        Assert.HasCount(6, scores["scores"]!.AsArray());
        foreach (var result in scores["scores"]!.AsArray().SelectMany(s => s!["results"]!.AsArray())
            .Where(r => (string)r!["score"]! != MeanSquareError.Name))
        {
            Assert.IsInRange(-10, 10, (double)result!["value"]!);
        }

        Coda("score", "--archive", "test", "--record", "model");
        Coda("score", "--archive", "test", "--analyses", "nowcast", "--record", "model");
        Assert.Contains("| analysis RMSE |", File.ReadAllText(folder.File("model", "README.md")));
        Assert.AreEqual("random-fraction", ModelFolder.ReadCard(folder.File("model")).ScoredOn!.ObservingNetwork!.Name);

        Assert.AreEqual("withheld", (string)Coda("score", "--archive", "test", "--against", "withheld").Json["against"]!);

        Coda("analyze", "--archive", "test", "--method", "etkf", "--output", "etkf");
        Coda("forecast", "--archive", "etkf", "--method", "persistence", "--leads", "0.1", "--every", "0.1");
        foreach (var (against, sites) in new[] { ("truth", 3), ("withheld", 1) })
        {
            var calibrations =
                Coda("score", "--archive", "test", "--analyses", "etkf", "--against", against, "--calibration").Json["scores"]![0]!["calibrations"]!.AsArray();
            Assert.HasCount(sites, calibrations);
            Assert.HasCount(10, calibrations[0]!["histogram"]!.AsArray());
        }

        var withoutSpread = Coda("score", "--archive", "test", "--analyses", "etkf", "climatology", "--calibration").Reply["warnings"]!.AsArray()
            .Select(w => (string)w!["message"]!).ToArray();
        Assert.IsTrue(withoutSpread.Any(w => w.Contains("analyses in climatology")) && !withoutSpread.Any(w => w.Contains("analyses in etkf")),
            string.Join(" ", withoutSpread));
        CommandRun.InFolder(folder.Path, "score", "--archive", "test", "--calibration").Failed(ExitCodes.Usage, "with a spread");

        var archive = Coda("inspect", "test").Json;
        Assert.IsTrue((bool)archive["isVerified"]!);
        Assert.AreEqual(200, (long)archive["tables"]!["analyses"]!["rows"]!);
        var model = Coda("inspect", "model").Json;
        Assert.HasCount(6, model["differences"]!.AsObject());
        Assert.Contains("forecast RMSE, lead 0.25", model["card"]!["scores"]!.ToJsonString());
        Assert.AreEqual("lorenz96", (string)Coda("inspect", "model/forecast.onnx").Json["belongsTo"]!);
    }

    [TestMethod]
    public void ImportReadsWhatAUserBrings()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("mine.csv"), "when,where,height\n0.5,b,1.5\n0,a,2\n0,b,NA\n0.5,b,2.5\n");
        var report = CommandRun.InProcess(
            "import", folder.File("mine.csv"), "--output",
                folder.File("mine"), "--step-length", "0.5", "--time", "when", "--site", "where", "--value", "height",
            "--missing", "NA", "--combine", "mean", "--sigma", "1", "--withhold", "0", "--json").Succeeded().Json["report"]!;
        Assert.AreEqual(4, (long)report["rowsRead"]!);
        Assert.AreEqual(1, (long)report["missing"]!);
        Assert.AreEqual(1, (long)report["combined"]!);
        Assert.AreEqual(2, (long)report["observations"]!);
        CommandRun.InProcess("inspect", folder.File("mine")).Succeeded();
    }

    [TestMethod]
    public void ImportReadsWhatIsStatedAndTellsHowTheValuesLie()
    {
        using var folder = new TemporaryDirectory();
        var rows = Enumerable.Range(0, 40).Select(i => $"{i};0;{(i == 20 ? "-999,5" : $"{i % 5},5")}");
        File.WriteAllText(folder.File("mine.csv"), string.Join('\n', rows.Prepend("time;site;Wert")), System.Text.Encoding.Latin1);
        string[] import =
            ["import", folder.File("mine.csv"), "--step-length", "1", "--value", "Wert", "--decimal", ",", "--encoding", "latin1", "--withhold", "0", "--json",
                "--output"];
        var run = CommandRun.InProcess([.. import, folder.File("a")]).Succeeded();
        var result = run.Json;
        Assert.AreEqual((-999.5, 1L), ((double)result["report"]!["values"]!["smallest"]!, (long)result["report"]!["values"]!["outliers"]!));
        Assert.AreEqual("outlying-values", (string)run.Reply["warnings"]![0]!["kind"]!);
        CommandRun.InProcess([.. import, folder.File("b"), "--valid-range", "-10..10"])
            .Failed(ExitCodes.BadData, "data row 21: value: expected a number within -10..10, got '-999,5'");
        Assert.AreEqual(1, (int)CommandRun.InProcess([.. import, folder.File("b"), "--valid-range", "-10..", "--reject"])
            .Succeeded().Json["report"]!["values"]!["rejected"]!);
        CommandRun.InProcess([.. import, folder.File("c"), "--valid-range", "10"]).Failed(ExitCodes.Usage, "--valid-range: expected LOW..HIGH");
        CommandRun.InProcess([.. import, folder.File("c"), "--delimiter", ";;"]).Failed(ExitCodes.Usage, "delimiter: expected one character");
        StringAssert.Contains(CommandRun.InProcess([.. import[..^2], "--output", folder.File("d")]).Succeeded().Output, "robust deviation");
    }

    [TestMethod]
    public void AnImportThatIsStoppedLeavesNothing()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("mine.csv"), "time,site,value\n0,0,1\n");
        using var output = new StringWriter();
        var exitCode = CodaCommandLine.Run(
            ["import", folder.File("mine.csv"), "--output", folder.File("mine"), "--step-length", "0.5"], output, output,
                new CancellationToken(canceled: true));
        Assert.AreEqual(ExitCodes.Interrupted, exitCode, output.ToString());
        CollectionAssert.AreEqual(new[] { folder.File("mine.csv") }, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void AFailedImportLeavesNothing()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("mine.csv"), "time,site,value\n0,0,1\n0,0,2\n");
        CommandRun.InProcess("import", folder.File("mine.csv"), "--output", folder.File("mine"), "--step-length", "0.5").Failed(ExitCodes.BadData, "mine.csv");
        CollectionAssert.AreEqual(new[] { folder.File("mine.csv") }, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void AnArchiveIsReplacedOnlyWhenAsked()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("archive");
        CommandRun.InProcess(Tiny.Simulate(path)).Succeeded();
        CommandRun.InProcess(Tiny.Simulate(path)).Failed(ExitCodes.BadData, "--overwrite");
        CommandRun.InProcess(Tiny.Simulate(path, "--overwrite", "--no-truth")).Succeeded();
        Assert.IsNull(CommandRun.InProcess("inspect", path, "--json").Succeeded().Json["tables"]!["truth"]);
    }

    [TestMethod]
    public void ATwinExperimentMayComeFromAFile()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("twin.json"), """{ "system": { "name": "lorenz63" }, "stepCount": 50, "sigma": 0.5 }""");
        var experiment = CommandRun.InProcess("simulate", "--experiment-file", folder.File("twin.json"), "--sigma", "2", "--output", folder.File("a"), "--json")
            .Succeeded().Json["experiment"]!;
        Assert.AreEqual("lorenz63", (string)experiment["system"]!["name"]!);
        Assert.AreEqual(2.0, (double)experiment["sigma"]!);
        File.WriteAllText(folder.File("twin.json"), """{ "stepsCount": 50 }""");
        CommandRun.InProcess("simulate", "--experiment-file", folder.File("twin.json"), "--output", folder.File("b")).Failed(ExitCodes.BadData, "stepsCount");
    }

    [TestMethod]
    public void TheDemoRunsThroughEveryStageAndReusesWhatIsFinished()
    {
        using var folder = new TemporaryDirectory();
        var first = CommandRun.InProcess("demo", "--quick", "--output", folder.File("demo"), "--json").Succeeded().Json;
        Assert.HasCount(5, first["analyses"]!.AsArray());
        Assert.HasCount(3, first["forecasts"]!.AsArray());
        Assert.IsTrue(first["forecasts"]!.AsArray().All(f => (long)f!["lookAhead"]! == 0), "Forecasts start where a forecaster stands.");
        Assert.IsFalse(first["stages"]!.AsArray().Any(s => (bool)s!["isReused"]!));
        Assert.IsFalse(Directory.Exists(folder.File("demo", "training", "truth")), "The training record has no truth.");
        Assert.AreEqual("report", (string)first["stages"]!.AsArray()[^1]!["stage"]!);
        var report = Reports.ReportHtml.Read((string)first["report"]!);
        foreach (var section in new[] { "Training", "States", "Scores", "Error and spread against time", "Error by lead" })
        {
            Assert.Contains($"{section}</h2>", report);
        }

        var second = CommandRun.InProcess("demo", "--quick", "--output", folder.File("demo"), "--json").Succeeded();
        Assert.Contains("reused", second.Error);
        Assert.AreEqual(13, second.Json["stages"]!.AsArray().Count(s => (bool)s!["isReused"]!));
        Assert.AreEqual(first["analyses"]!.ToJsonString(), second.Json["analyses"]!.ToJsonString());
        Assert.Contains("RMSE", CommandRun.InProcess("demo", "--quick", "--output", folder.File("demo")).Succeeded().Output);
    }
}
