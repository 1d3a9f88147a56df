using Coda.Cli;
using Coda.Data.Archives.Stored;
using Coda.Data.Foundation;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Workflows.Analyzing;
using Coda.Workflows.Progress;

namespace Coda.Tests.Clusters;

/// <summary>Ensembles whose members ranks advance together.</summary>
[TestClass]
public sealed class RankEnsembleTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void Simulate(TestContext context)
    {
        _ = context;
        // Members of 9,000 entries are advanced in batches of 3.
        CommandRun.InProcess("simulate", "--set", "system.size=9000", "--trajectories", "2", "--steps", "12", "--spin-up", "100", "--no-truth",
            "--output", Folder.File("record")).Succeeded();
        CommandRun.InProcess("simulate", "--set", "system.size=8", "--steps", "60", "--spin-up", "100", "--no-truth", "--output", Folder.File("small"))
            .Succeeded();
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    [DataRow("eakf", 2)]
    [DataRow("letkf", 3)]
    public void RanksChangeNoBit(string method, int count)
    {
        Component choice = new(method, new() { ["members"] = 10, ["spinUpSteps"] = 5, ["radius"] = 4 });
        var alone = Checksums(choice, "record", "alone", OneRank.Instance);
        Assert.AreEqual(alone, string.Join(' ', ThreadRanks.Run(count, ranks => Checksums(choice, "record", "ranks", ranks)).Distinct()));
    }

    [TestMethod]
    [DataRow("ienks")]
    [DataRow("enks")]
    [DataRow("particle-filter")]
    public void EveryEnsembleIsDivided(string method)
    {
        Component choice = new(method, method == "particle-filter" ? new() { ["particles"] = 40 } : new() { ["members"] = 9, ["lag"] = 3 });
        var alone = Checksums(choice, "small", "alone", OneRank.Instance);
        Assert.AreEqual(alone, string.Join(' ', ThreadRanks.Run(2, ranks => Checksums(choice, "small", "ranks", ranks)).Distinct()));
    }

    [TestMethod]
    public void AMethodWithoutMembersIsRefusedWithTheCure() => Assert.Contains(
        "2 ranks: expected a method with an ensemble, whose members they divide, got climatology. Give each rank a part of the record instead: --shard /COUNT.",
        Assert.ThrowsExactly<ArgumentException>(
            () => ThreadRanks.Run(2, ranks => Checksums(new("climatology"), "small", "refused", ranks))).Message);

    [TestMethod]
    public void TwoProcessesGiveTheBitsOfOne()
    {
        string[] Analyze(string output) =>
            ["analyze", "--archive", Folder.File("small"), "--method", "etkf", "--set", "members=6", "--output", Folder.File(output), "--workers", "1"];
        CommandRun.InProcess(Analyze("one")).Succeeded();
        Mpirun.Run(2, Folder.Path, Analyze("two")).Succeeded();
        Assert.AreEqual(Of("one"), Of("two"));
        var refused = Mpirun.Run(2, Folder.Path, "analyze", "--archive", Folder.File("small"), "--method", "climatology", "--output", Folder.File("none"));
        Assert.AreEqual(ExitCodes.Usage, refused.ExitCode, refused.Error);
        Assert.HasCount(1, refused.Error.Split('\n').Where(line => line.StartsWith("error: 2 ranks", StringComparison.Ordinal)), refused.Error);
    }

    private static string Checksums(Component method, string record, string output, IRankGroup ranks)
    {
        using var archive = ParquetArchive.Open(Folder.File(record));
        var name = $"{output}-{method.Name}";
        AnalyzeWorkflow.Run(
            new(method, archive) { Output = Folder.File(name), Ranks = ranks, Workers = 1, PartSize = 10 }, new SilentProgress());
        return Of(name);
    }

    private static string Of(string output)
    {
        using var archive = ParquetArchive.Open(Folder.File(output));
        return string.Join(' ', archive.Description.Checksums.Values);
    }
}
