using Coda.Cli;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Tests.Archives;
using Coda.Workflows.Weighing;

namespace Coda.Tests.Cli;

/// <summary><c>coda impact</c>: what observations were worth, as tables.</summary>
[TestClass]
public sealed class ImpactCommandTests
{
    private static readonly string[] Small = ["--lead", "0.1", "--every", "0.1", "--verify", "truth"];

    [TestMethod]
    [DataRow("etkf")]
    [DataRow("letkf")]
    [DataRow("strong-four-dvar:halfWidth=10,nowcast=true")]
    [DataRow("iterated-extended-smoother:overlap=20")]
    public void TheTablesAddUpToWhatDenialMeasures(string method)
    {
        using var folder = new TemporaryDirectory();
        var archive = Record(folder);
        var result = CommandRun.InProcess(
            ["impact", "--archive", archive, "--method", method, "--targets", "--steps", "100..180", "--output", folder.File("impact"), "--json", .. Small])
            .Succeeded().Json;
        var (columns, rows) = NumberTable.Read(folder.File("impact/observations.parquet"));
        CollectionAssert.AreEqual(new[] { "trajectory", "step", "site", "value", "innovation", "impact", "influence" }, columns.ToArray());
        var (cases, sum) = ((int)result["cases"]!, (double)result["sum"]!);
        Assert.AreEqual(16, cases);
        Assert.HasCount((int)result["observations"]!, rows);
        Assert.AreEqual(sum, rows.Sum(r => r[5]) / cases, 1e-6);
        Assert.AreEqual((double)result["signal"]!, rows.Sum(r => r[6]) / cases, 1e-5);
        Assert.AreEqual(sum, result["sites"]!.AsArray().Sum(s => (double)s!["impact"]!), 1e-9);
        Assert.AreEqual(sum, result["kinds"]!.AsArray().Sum(s => (double)s!["impact"]!), 1e-9);
        Assert.IsTrue(result["sites"]!.AsArray().All(s => (double)s!["target"]! > 0), "expected that one more observation always helps");
        var change = (double)result["error"]! - (double)result["errorWithout"]!;
        Assert.AreEqual(change, sum, 0.25 * Math.Abs(change), "16 steps; more of them, and closer, in the benchmark");
        Assert.HasCount(1 + result["sites"]!.AsArray().Count, File.ReadAllLines(folder.File("impact/sites.csv")));
        Assert.IsTrue(File.Exists(folder.File("impact/impact.json")) && File.Exists(folder.File("impact/impact.png")));
    }

    [TestMethod]
    public void ANetworksGraphIsTakenBackAndItsWeightsDoAsWell()
    {
        using var folder = new TemporaryDirectory();
        var (archive, model) = (Record(folder), folder.File("model"));
        CommandRun.InProcess(Tiny.Train(archive, model, "steps=20")).Succeeded();
        var exported = Impacts("exported");
        var card = ModelFolder.ReadCard(model);
        Assert.IsNotNull(card.FileOf(ModelRoles.Impact));
        File.Delete(Path.Combine(model, card.FileOf(ModelRoles.Impact)!));
        card.Files.Remove(card.FileOf(ModelRoles.Impact)!);
        CodaJson.WriteWithDigest(Path.Combine(model, ModelFolder.Card), card);
        CollectionAssert.AreEqual(exported, Impacts("from-weights"));
        File.Delete(Path.Combine(model, ModelFolder.Weights));
        CommandRun.InProcess(["impact", "--archive", archive, "--model", model, "--output", folder.File("none"), .. Small])
            .Failed(ExitCodes.ModelMismatch, "impact");

        double[] Impacts(string output)
        {
            CommandRun.InProcess(["impact", "--archive", archive, "--model", model, "--steps", "100..180", "--output", folder.File(output), .. Small])
                .Succeeded();
            var impacts = NumberTable.Read(folder.File($"{output}/observations.parquet")).Rows.Select(r => r[5]).ToArray();
            Assert.IsTrue(impacts.Any(i => Math.Abs(i) > 1e-9), "expected impacts that are not 0");
            return impacts;
        }
    }

    // As coda analyze says it of the same record: errors far greater than those of training.
    [TestMethod]
    public void AModelThatIsFarFromItsTrainingIsDoubted()
    {
        using var folder = new TemporaryDirectory();
        var (archive, model, noisy) = (Record(folder), folder.File("model"), folder.File("noisy"));
        CommandRun.InProcess(Tiny.Train(archive, model, "steps=20")).Succeeded();
        CommandRun.InProcess(Tiny.Simulate(noisy, 2, 200, "--sigma", "9")).Succeeded();
        var said = CommandRun.InProcess(
            ["impact", "--archive", noisy, "--model", model, "--steps", "100..180", "--output", folder.File("impact"), "--json", .. Small]).Succeeded().Reply;
        Assert.Contains("outside-training", said["warnings"]!.AsArray().Select(w => (string)w!["kind"]!));
    }

    [TestMethod]
    [DataRow("etkf")]
    [DataRow("strong-four-dvar:halfWidth=10,nowcast=true")]
    public void ShardsMakeWhatOneProcessMakes(string method)
    {
        using var folder = new TemporaryDirectory();
        var archive = Record(folder);
        string[] Of(string output, params string[] more) =>
            ["impact", "--archive", archive, "--method", method, "--targets", "--steps", "100..160", "--output", folder.File(output), "--json", .. Small, .. more];
        CommandRun.InProcess(Of("one")).Succeeded();
        var first = CommandRun.InProcess(Of("two", "--shard", "0/2")).Succeeded().Json;
        Assert.AreEqual(1, (int)first["missingParts"]!);
        Assert.IsFalse(File.Exists(folder.File("two/impact.json")) || File.Exists(folder.File("two/observations.parquet")));
        CommandRun.InProcess(Of("two", "--shard", "1/2", "--trajectories", "0..1")).Failed(ExitCodes.Usage, "those of another one", "--restart");
        CommandRun.InProcess(Of("two", "--shard", "1/2", "--restart")).Failed(ExitCodes.Usage, "--restart");

        // A part that was damaged is not believed.
        var part = Directory.GetFiles(folder.File("two/parts"), "part-*").Single();
        var text = File.ReadAllText(part);
        File.WriteAllText(part, text.Replace("\"impact\": -", "\"impact\": ", StringComparison.Ordinal));
        CommandRun.InProcess(Of("two", "--shard", "1/2")).Failed(ExitCodes.BadData, "part-", "--restart");
        File.WriteAllText(part, text);
        File.WriteAllText(folder.File("two/parts/mine.txt"), "another's");
        Assert.AreEqual(0, (int)CommandRun.InProcess(Of("two", "--shard", "1/2")).Succeeded().Json["missingParts"]!);
        foreach (var table in new[] { "observations.parquet", "cases.parquet", "sites.csv", "kinds.csv", "times.csv" })
        {
            CollectionAssert.AreEqual(File.ReadAllBytes(folder.File($"one/{table}")), File.ReadAllBytes(folder.File($"two/{table}")), table);
        }

        // The parts are gone, and nobody else's file; whoever comes late finds what is there, and another weighing is not held up.
        CollectionAssert.AreEqual(new[] { "mine.txt" }, Directory.GetFiles(folder.File("two/parts")).Select(Path.GetFileName).ToArray());
        var written = File.GetLastWriteTimeUtc(folder.File("two/cases.parquet"));
        Assert.AreEqual(0, (int)CommandRun.InProcess(Of("two", "--shard", "0/2")).Succeeded().Json["missingParts"]!);
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(folder.File("two/cases.parquet")));
        Assert.IsFalse(Directory.Exists(folder.File("one/parts")));
        CommandRun.InProcess(Of("two", "--trajectories", "0..1")).Succeeded();
    }

    [TestMethod]
    public void StepsWithoutAnyToWeighAreRefused()
    {
        using var folder = new TemporaryDirectory();
        var archive = Record(folder);
        foreach (var method in new[] { "etkf", "strong-four-dvar:halfWidth=10,nowcast=true" })
        {
            CommandRun.InProcess("impact", "--archive", archive, "--method", method, "--verify", "truth", "--every", "0.5", "--steps", "101..140", "--output",
                folder.File("none")).Failed(ExitCodes.Usage, "--every");
        }

        Assert.IsFalse(Directory.Exists(folder.File("none")));
    }

    [TestMethod]
    public void SitesOfAPlaneAreDrawnOnAMap()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(
            "simulate", "--system", "kolmogorov-flow:size=8,forceWaves=2", "--step-length", "0.05", "--trajectories", "1", "--steps", "40", "--spin-up", "50", "--output",
            folder.File("flow")).Succeeded();
        CommandRun.InProcess(
            "impact", "--archive", folder.File("flow"), "--method", "etkf:members=10", "--verify", "truth", "--lead", "0.1", "--every", "0.5", "--targets",
            "--output", folder.File("impact")).Succeeded();
        using var archive = ParquetArchive.Open(folder.File("flow"));
        var figure = ImpactFigure.Of(CodaJson.Read<WeighOutcome>(folder.File("impact/impact.json")), archive.Description, "flow");
        Assert.AreEqual(("map", 2), (figure.Name, figure.Plots().Count));
        Assert.IsTrue(File.Exists(folder.File("impact/impact.png")));
    }

    [TestMethod]
    public void WhatCannotBeWeighedIsRefusedAndLeavesNothing()
    {
        using var folder = new TemporaryDirectory();
        var archive = Record(folder);
        var output = folder.File("impact");
        CommandRun.InProcess("impact", "--archive", archive, "--method", "climatology", "--verify", "truth", "--output", output)
            .Failed(ExitCodes.Usage, "strong-four-dvar");
        CommandRun.InProcess("impact", "--archive", archive, "--method", "etkf", "--output", output).Failed(ExitCodes.Usage, "--withhold");
        CommandRun.InProcess("impact", "--archive", archive, "--method", "etkf", "--verify", "analysis", "--output", output)
            .Failed(ExitCodes.Usage, "coda analyze");
        CommandRun.InProcess("impact", "--archive", archive, "--method", "etkf", "--verify", "truth", "--lead", "9", "--output", output)
            .Failed(ExitCodes.Usage, "--lead");
        CommandRun.InProcess("impact", "--archive", archive, "--method", "etkf", "--verify", "truth", "--analyses", archive, "--output", output)
            .Failed(ExitCodes.Usage, "--verify analysis");
        Assert.IsFalse(Directory.Exists(output));
    }

    private static string Record(TemporaryDirectory folder)
    {
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), 2, 200)).Succeeded();
        return folder.File("archive");
    }
}
