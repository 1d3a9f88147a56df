using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Cli;

/// <summary>Forecasts start where a forecaster stands, and say so.</summary>
[TestClass]
public sealed class ForecastStartTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void MakeAnalyses(TestContext context)
    {
        _ = context;
        Directory.CreateDirectory(Folder.File("model"));
        ExampleModels.Write(Folder.File("model"));
        Coda("simulate", "--set", "system.size=8", "observingNetwork.fraction=0.5", "--trajectories", "2", "--steps", "60", "--spin-up", "300", "--output",
            "archive").Succeeded();
        Analyze("smoothed").Succeeded();
        Analyze("nowcast", "--nowcast").Succeeded();
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void AnalysesThatLookAheadAreRefusedWithTheCure()
    {
        Forecast("smoothed").Failed(ExitCodes.Usage, "look ahead up to 3 steps", "--nowcast", "--polish 6 --look-back", "--from smoothed");
        Forecast("smoothed", "--method", "persistence").Failed(ExitCodes.Usage, "look ahead up to 3 steps");
        using var archive = ParquetArchive.Open(Folder.File("smoothed"));
        Assert.IsFalse(archive.HasTable(ArchiveTable.Forecasts));
    }

    [TestMethod]
    public void NowcastsAreStartsAndEveryTableSaysSo()
    {
        Assert.Contains("look back only", Forecast("nowcast").Succeeded().Output);
        var json = Forecast("nowcast", "--json").Succeeded().Json;
        Assert.AreEqual(("past", 0L), ((string)json["starts"]!, (long)json["note"]!["lookAhead"]!));
        var scores = Coda("score", "--archive", "archive", "--analyses", "nowcast", "--json").Succeeded().Json["scores"]!.AsArray();
        Assert.HasCount(2, scores);
        Assert.IsTrue(scores.All(s => (string)s!["starts"]! == "past"));
        Assert.Contains("forecasts from analyses that", Coda("inspect", "nowcast").Succeeded().Output);
    }

    [TestMethod]
    public void SmoothedStartsAreTakenWhenAskedForAndEveryTableSaysSo()
    {
        Assert.Contains("these are no forecasts", Forecast("smoothed", "--from", "smoothed", "--output", "seen").Succeeded().Output);
        using var archive = ParquetArchive.Open(Folder.File("seen"));
        Assert.AreEqual(3, archive.Description.NoteOf(ArchiveTable.Forecasts).LookAhead);
        var score = Coda("score", "--archive", "archive", "--analyses", "seen", "--record", "model", "--json").Succeeded().Json["scores"]![0]!;
        Assert.AreEqual(("smoothed", 3L), ((string)score["starts"]!, (long)score["note"]!["lookAhead"]!));
        Assert.Contains("forecast RMSE, lead 0.1, from analyses that look ahead up to 3 steps", File.ReadAllText(Folder.File("model", "card.json")));
    }

    [TestMethod]
    public void ATableThatDoesNotTellIsNoStart()
    {
        using (var smoothed = ParquetArchive.Open(Folder.File("smoothed")))
        using (var old = ParquetArchive.Create(Folder.File("old"), smoothed.Description with { Origins = null, Notes = null }))
        {
            old.WriteStates(ArchiveTable.Analyses, smoothed.ReadStates(ArchiveTable.Analyses));
        }

        Forecast("old").Failed(ExitCodes.Usage, "do not tell what they have seen", "once more");
        Assert.AreEqual("unknown", (string)Forecast("old", "--from", "smoothed", "--json").Succeeded().Json["starts"]!);
        Assert.AreEqual("unknown", (string)Coda("score", "--archive", "archive", "--analyses", "old", "--json").Succeeded().Json["scores"]![1]!["starts"]!);
    }

    [TestMethod]
    public void ASmootherThatLooksBackGivesTheStartsThatAreAskedFor()
    {
        var analyzed = Coda(
            "analyze", "--archive", "archive", "--method", "iterated-extended-smoother", "--look-back", "30", "--every", "0.2", "--steps", "20..60",
            "--output", "back", "--json").Succeeded().Json;
        Assert.AreEqual((4L, 0L), ((long)analyzed["states"]!, (long)analyzed["note"]!["lookAhead"]!));
        Assert.AreEqual(4L * 2, (long)Forecast("back", "--method", "simulator", "--json").Succeeded().Json["states"]!);
        Coda("analyze", "--archive", "archive", "--method", "etkf", "--every", "0.001", "--output", "none")
            .Failed(ExitCodes.Usage, "multiple of the step length");
        Coda("analyze", "--archive", "archive", "--method", "etkf", "--every", "0.5", "--steps", "10..20", "--output", "none")
            .Failed(ExitCodes.Usage, "--every: expected a time");
    }

    private static CommandRun Analyze(string output, params string[] more) =>
        Coda(["analyze", "--archive", "archive", "--model", "model", "--output", output, .. more]);

    private static CommandRun Forecast(string archive, params string[] more) =>
        Coda(["forecast", "--archive", archive, .. more.Contains("--method")
            ? Array.Empty<string>() : ["--model", "model"], "--leads", "0", "0.1", "--every", "0.2", .. more]);

    // Names of archives and of the model stand for their folders.
    private static CommandRun Coda(params string[] arguments)
    {
        string[] names = ["archive", "model", "smoothed", "nowcast", "seen", "old", "back", "none"];
        return CommandRun.InProcess([.. arguments.Select((a, i) => i > 0 && names.Contains(a) && arguments[i - 1] != "--from" ? Folder.File(a) : a)]);
    }
}
