using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Cli;

/// <summary>Forecasts that are made part by part, by several processes, some of which are killed.</summary>
[TestClass]
public sealed class ForecastRunTests
{
    private const int Parts = 20;
    private static readonly TemporaryDirectory Folder = new();
    private static string _expected = "";

    [ClassInitialize]
    public static void MakeAnalyses(TestContext context)
    {
        _ = context;
        Directory.CreateDirectory(Folder.File("model"));
        ExampleModels.Write(Folder.File("model"));
        Simulate("archive");
        Coda("analyze", "--archive", Folder.File("archive"), "--model", Folder.File("model"), "--nowcast", "--output", Folder.File("starts")).Succeeded();
        Coda(Forecast("whole", "--workers", "1")).Succeeded();
        _expected = Checksums("whole");
        Assert.HasCount(Parts, JsonNode.Parse(_expected)!.AsObject());
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void WorkersChangeNoBit()
    {
        Coda(Forecast("workers", "--workers", "3")).Succeeded();
        Assert.AreEqual(_expected, Checksums("workers"));
    }

    [TestMethod]
    [DoNotParallelize] // the bound is on the whole process
    public void MemoryThatIsBoundedChangesNoBit()
    {
        var result = Coda([.. Forecast("bounded", "--workers", "4", "--memory", "8GB"), "--json"]).Succeeded().Json;
        Assert.AreEqual(_expected, Checksums("bounded"));
        Assert.IsTrue((int)result["workers"]! is >= 1 and <= 4, "As many as fit, at most those asked for.");
        Assert.IsGreaterThan(0L, (long)result["peakMemory"]!);
        Coda(Forecast("small", "--memory", "40MB")).Failed(ExitCodes.Usage, "expected to need at most 40 MB, the bound", "Raise the bound");
        Coda(Forecast("small", "--memory", "much")).Failed(ExitCodes.Usage, "512MB");
    }

    [TestMethod]
    public void TheSizeOfPartsChangesNoState()
    {
        Coda(Forecast("large", "--part-size", "1000000")).Succeeded();
        using var large = ParquetArchive.Open(Folder.File("large"));
        using var whole = ParquetArchive.Open(Folder.File("whole"));
        Assert.HasCount(1, large.Description.Checksums);
        Assert.AreEqual(2L * 1000 * 3, large.RowCount(ArchiveTable.Forecasts));
        CollectionAssert.AreEqual(large.ReadStates(ArchiveTable.Forecasts).Values(), whole.ReadStates(ArchiveTable.Forecasts).Values());
        whole.Verify();
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(8)]
    public void ARunThatWasKilledGoesOnWhereItWas(int parts)
    {
        var output = $"killed{parts}";
        Kill(output, parts);
        var result = Coda([.. Forecast(output), "--json"]).Succeeded().Json;
        Assert.IsGreaterThanOrEqualTo(parts, (int)result["partsBefore"]!);
        Assert.AreEqual(Parts, (int)result["partsBefore"]! + (int)result["partsMade"]!);
        Assert.AreEqual(_expected, Checksums(output));
        Coda("archive", "check", Folder.File(output)).Succeeded();
        Assert.HasCount(Parts, Directory.GetFileSystemEntries(Folder.File(output, "forecasts")), "Nothing else is left.");
    }

    [TestMethod]
    public void ShardsOfWhichOneIsKilledMakeTheSameTable()
    {
        Kill("shards", 3, "--shard", "1/3");
        using (var first = CommandRun.Start(Folder.Path, Forecast("shards", "--shard", "0/3")))
        using (var third = CommandRun.Start(Folder.Path, Forecast("shards", "--shard", "2/3")))
        {
            CommandRun.Await(first).Succeeded();
            CommandRun.Await(third).Succeeded();
        }

        var check = Coda("archive", "check", Folder.File("shards")).Failed(ExitCodes.BadData, $"expected {Parts} parts of forecasts");
        Assert.Contains("unfinished", check.Output);
        Assert.IsFalse(File.Exists(Folder.File("shards", "archive.json")));
        Coda(Forecast("shards", "--shard", "1/3")).Succeeded();
        Assert.AreEqual(_expected, Checksums("shards"));
    }

    [TestMethod]
    public void CheckSealsWhatAKilledRunHadFinished()
    {
        Kill("sealed", Parts);
        var runs = Coda("archive", "check", Folder.File("sealed"), "--json").Succeeded().Json["runs"]!.AsObject();
        Assert.IsTrue(runs.Count == 0 || (bool)runs["forecasts"]!["isSealed"]!, "Sealed by the run, or by the check.");
        Assert.AreEqual(_expected, Checksums("sealed"));
    }

    [TestMethod]
    public void WhatIsThereIsMadeAgainOnlyWhenAsked()
    {
        Coda(Forecast("again")).Succeeded();
        Assert.Contains("there already", Coda(Forecast("again")).Succeeded().Output);
        Assert.AreEqual(Parts, (int)Coda([.. Forecast("again", "--restart"), "--json"]).Succeeded().Json["partsMade"]!);
        var other = Coda([.. Forecast("again", "--leads", "0", "0.1", "0.2"), "--json"]).Succeeded().Json;
        Assert.AreEqual(Parts, (int)other["partsMade"]!, "Other leads replace them.");
        using var archive = ParquetArchive.Open(Folder.File("again"));
        Assert.AreEqual("0 10 20", archive.Description.Origins!["forecasts"]["leads"]);
        Assert.AreEqual(0L, archive.Description.NoteOf(ArchiveTable.Forecasts).LookAhead);
    }

    [TestMethod]
    public void ForecastsBesideTheirAnalysesGoOnToo()
    {
        Simulate("beside");
        Coda("analyze", "--archive", Folder.File("beside"), "--model", Folder.File("model"), "--nowcast").Succeeded();
        string[] forecast = ["forecast", "--archive", Folder.File("beside"), "--method", "persistence", "--leads", "0", "0.5", "--every", "5", "--json"];
        Assert.AreEqual(2L * 4 * 2, (long)Coda(forecast).Succeeded().Json["states"]!);
        Assert.AreEqual(0, (int)Coda(forecast).Succeeded().Json["partsMade"]!);
        Coda("analyze", "--archive", Folder.File("beside"), "--method", "persistence").Succeeded();
        Assert.AreEqual(1, (int)Coda(forecast).Succeeded().Json["partsMade"]!, "Forecasts from other analyses replace them.");
    }

    [TestMethod]
    public void BadInputIsRefused()
    {
        Kill("refused", 2);
        Coda(Forecast("refused", "--leads", "0", "0.1")).Failed(ExitCodes.BadData, "leads 0 10", "--restart");
        Coda(Forecast("refused", "--members", "2", "--initial-spread", "1")).Failed(ExitCodes.BadData, "members 2 by seed 1", "--restart");
        Coda(Forecast("refused", "--shard", "2/2")).Failed(ExitCodes.Usage, "[0, 2)");
        Coda(Forecast("refused", "--shard", "1/2", "--restart")).Failed(ExitCodes.Usage, "--restart");
        Coda(Forecast("none", "--part-size", "0")).Failed(ExitCodes.Usage, "at least 1");
        Coda(Forecast("none", "--every", "30")).Succeeded(); // step 0 is there
        string[] model = ["--model", Folder.File("model")];
        Coda(["analyze", "--archive", Folder.File("archive"), .. model, "--nowcast", "--steps", "1..3", "--output", Folder.File("late")]).Succeeded();
        Coda(["forecast", "--archive", Folder.File("late"), .. model]).Failed(ExitCodes.Usage, "expected analyses at multiples of 50 steps");
        Assert.IsFalse(Directory.Exists(Folder.File("late", "forecasts", "run")), "A run that made nothing leaves nothing.");
        Coda(["forecast", "--archive", Folder.File("starts"), .. model, "--members", "3"]).Failed(ExitCodes.Usage, "with a spread to draw them from");
        Assert.IsFalse(Directory.Exists(Folder.File("starts", "forecasts", "run")), "A run that made nothing leaves nothing.");
        File.WriteAllText(Directory.GetFiles(Folder.File("refused", "forecasts", "run"), "part-*.json")[0], "{");
        Coda(Forecast("refused")).Failed(ExitCodes.BadData, "Delete part-");
    }

    private static void Simulate(string output) => Coda(
        "simulate", "--set", "system.size=8", "--trajectories", "2", "--steps", "2000", "--spin-up", "300", "--no-truth", "--output", Folder.File(output))
            .Succeeded();

    private static string[] Forecast(string output, params string[] more) =>
    [
        "forecast", "--archive", Folder.File("starts"), "--model", Folder.File("model"), "--output", Folder.File(output),
        .. more.Contains("--part-size") ? Array.Empty<string>() : ["--part-size", "300"],
        .. more.Contains("--leads") ? Array.Empty<string>() : ["--leads", "0", "0.5", "5"],
        .. more.Contains("--every") ? Array.Empty<string>() : ["--every", "0.02"], .. more,
    ];

    private static void Kill(string output, int parts, params string[] more) => KilledRun.After(Folder, output, "forecasts", parts, Forecast(output, more));

    private static CommandRun Coda(params string[] arguments) => CommandRun.InProcess(arguments);

    private static string Checksums(string archive) => JsonNode.Parse(File.ReadAllText(Folder.File(archive, "archive.json")))!["checksums"]!.ToJsonString();
}
