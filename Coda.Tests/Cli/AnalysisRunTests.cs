using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Cli;

/// <summary>Analyses that are made part by part, by several processes, some of which are killed.</summary>
[TestClass]
public sealed class AnalysisRunTests
{
    private const int Parts = 20;
    private static readonly TemporaryDirectory Folder = new();
    private static string _expected = "";

    [ClassInitialize]
    public static void MakeRecord(TestContext context)
    {
        _ = context;
        Directory.CreateDirectory(Folder.File("model"));
        Directory.CreateDirectory(Folder.File("other"));
        ExampleModels.Write(Folder.File("model"));
        ExampleModels.Write(Folder.File("other"), halfWidth: 2);
        CommandRun.InProcess("simulate", "--set", "system.size=8", "--trajectories", "2", "--steps", "5000", "--spin-up", "300", "--no-truth", "--output",
            Folder.File("archive")).Succeeded();
        CommandRun.InProcess(Analyze("whole", "--workers", "1")).Succeeded();
        _expected = Checksums("whole");
        Assert.HasCount(Parts, JsonNode.Parse(_expected)!.AsObject());
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    [DataRow("2")]
    [DataRow("4")]
    public void WorkersChangeNoBit(string workers)
    {
        CommandRun.InProcess(Analyze($"workers{workers}", "--workers", workers)).Succeeded();
        Assert.AreEqual(_expected, Checksums($"workers{workers}"));
    }

    [TestMethod]
    [DoNotParallelize] // the bound is on the whole process
    public void MemoryThatIsBoundedChangesNoBit()
    {
        CommandRun.InProcess(Analyze("bounded", "--workers", "4", "--memory", "8GB")).Succeeded();
        Assert.AreEqual(_expected, Checksums("bounded"));
    }

    [TestMethod]
    [DoNotParallelize]
    public void AFilterThatGoesFromAStartToAnEndIsBoundedToo()
    {
        string[] Filter(string output, params string[] more) =>
        [
            "analyze", "--archive", Folder.File("archive"), "--method", "letkf", "--set", "spinUpSteps=20", "members=10", "--output", Folder.File(output), .. more,
        ];
        CommandRun.InProcess(Filter("filtered")).Succeeded();
        var bounded = CommandRun.InProcess(Filter("filtered-within", "--memory", "8GB", "--json")).Succeeded().Json;
        Assert.IsGreaterThan(0L, (long)bounded["peakMemory"]!);
        Assert.AreEqual(Checksums("filtered"), Checksums("filtered-within"));
        CommandRun.InProcess(Filter("filtered-less", "--memory", "40MB"))
            .Failed(ExitCodes.Usage, "expected to need at most 40 MB, the bound", "Raise the bound, or take fewer members, a shorter lag");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(8)]
    public void ARunThatWasKilledGoesOnWhereItWas(int parts)
    {
        var output = $"killed{parts}";
        Kill(output, parts);
        var result = CommandRun.InProcess([.. Analyze(output), "--json"]).Succeeded().Json;
        Assert.IsGreaterThanOrEqualTo(parts, (int)result["partsBefore"]!);
        Assert.AreEqual(Parts, (int)result["partsBefore"]! + (int)result["partsMade"]!);
        Assert.AreEqual(_expected, Checksums(output));
        CommandRun.InProcess("archive", "check", Folder.File(output)).Succeeded();
        Assert.HasCount(Parts, Directory.GetFileSystemEntries(Folder.File(output, "analyses")), "Nothing else is left.");
    }

    [TestMethod]
    public void ShardsOfWhichOneIsKilledMakeTheSameTable()
    {
        Kill("shards", 3, "--shard", "1/3");
        using (var first = CommandRun.Start(Folder.Path, Analyze("shards", "--shard", "0/3")))
        using (var third = CommandRun.Start(Folder.Path, Analyze("shards", "--shard", "2/3")))
        {
            CommandRun.Await(first).Succeeded();
            CommandRun.Await(third).Succeeded();
        }

        var check = CommandRun.InProcess("archive", "check", Folder.File("shards")).Failed(ExitCodes.BadData, $"expected {Parts} parts of analyses");
        Assert.Contains("unfinished", check.Output);
        Assert.IsFalse(File.Exists(Folder.File("shards", "archive.json")));
        CommandRun.InProcess(Analyze("shards", "--shard", "1/3")).Succeeded();
        Assert.AreEqual(_expected, Checksums("shards"));
    }

    [TestMethod]
    public void ARangeHasTheBitsOfTheWhole()
    {
        CommandRun.InProcess([.. Analyze("range"), "--trajectories", "1..2", "--steps", "100..300"]).Succeeded();
        using var part = ParquetArchive.Open(Folder.File("range"));
        using var whole = ParquetArchive.Open(Folder.File("whole"));
        Assert.AreEqual(200L, part.RowCount(ArchiveTable.Analyses));
        CollectionAssert.AreEqual(
            whole.ReadStates(ArchiveTable.Analyses, 1, new(100, 300)).SelectMany(b => b.States.ToArray()).ToArray(),
            part.ReadStates(ArchiveTable.Analyses).SelectMany(b => b.States.ToArray()).ToArray());
        CommandRun.InProcess([.. Analyze("range"), "--steps", "100..6000"]).Failed(ExitCodes.Usage, "FROM..TO within 0..5000");
    }

    [TestMethod]
    public void WhatIsThereIsMadeAgainOnlyWhenAsked()
    {
        CommandRun.InProcess(Analyze("again")).Succeeded();
        Assert.Contains("there already", CommandRun.InProcess(Analyze("again")).Succeeded().Output);
        Assert.AreEqual(Parts, (int)CommandRun.InProcess([.. Analyze("again", "--restart"), "--json"]).Succeeded().Json["partsMade"]!);
        Assert.AreEqual(Parts, (int)CommandRun.InProcess([.. Analyze("again", "--model", "other"), "--json"])
            .Succeeded().Json["partsMade"]!, "Another model's analyses replace them.");
    }

    [TestMethod]
    public void BadInputIsRefused()
    {
        Kill("refused", 2);
        CommandRun.InProcess(Analyze("refused", "--model", "other")).Failed(ExitCodes.BadData, "model example", "--restart");
        CommandRun.InProcess(Analyze("refused", "--set", "stretch-length=32")).Failed(ExitCodes.BadData, "method network");
        CommandRun.InProcess(Analyze("refused", "--shard", "2/2")).Failed(ExitCodes.Usage, "[0, 2)");
        CommandRun.InProcess(Analyze("refused", "--shard", "1/2", "--restart")).Failed(ExitCodes.Usage, "--restart");
        CommandRun.InProcess(Analyze("refused", "--memory", "40MB")).Failed(ExitCodes.Usage, "expected to need at most 40 MB, the bound");
        CommandRun.InProcess(Analyze("refused", "--memory", "much")).Failed(ExitCodes.Usage, "512MB");
        File.WriteAllText(Directory.GetFiles(Folder.File("refused", "analyses", "run"), "part-*.json")[0], "{");
        CommandRun.InProcess(Analyze("refused")).Failed(ExitCodes.BadData, "Delete part-");
    }

    private static string[] Analyze(string output, params string[] more) =>
    [
        "analyze", "--archive", Folder.File("archive"), .. more.Contains("--model")
            ? Array.Empty<string>() : ["--model", Folder.File("model")], "--part-size", "512", "--output", Folder.File(output),
        .. more.Select(m => m == "other" ? Folder.File("other") : m),
    ];

    private static void Kill(string output, int parts, params string[] more) => KilledRun.After(Folder, output, "analyses", parts, Analyze(output, more));

    private static string Checksums(string archive) => JsonNode.Parse(File.ReadAllText(Folder.File(archive, "archive.json")))!["checksums"]!.ToJsonString();
}
