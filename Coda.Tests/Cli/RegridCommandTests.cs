using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary><c>coda archive regrid</c>: a model on a coarser grid than the truth.</summary>
[TestClass]
public sealed class RegridCommandTests
{
    [TestMethod]
    public void ACoarseModelAnalyzesLearnsAndIsScoredAtItsOwnPoints()
    {
        using var folder = new TemporaryDirectory();
        var (fine, coarse) = (Flow(folder, "fine", 32), folder.File("coarse"));
        var made = CommandRun.InProcess("archive", "regrid", fine, "--system", "kolmogorov-flow:size=16", "--output", coarse, "--json").Succeeded();
        Assert.IsTrue((bool)made.Json["isCoincident"]!);
        using (ParquetArchive before = ParquetArchive.Open(fine), after = ParquetArchive.Open(coarse))
        {
            var (truth, points) = (FirstTruth(before), FirstTruth(after));
            for (var i = 0; i < 256; i++)
            {
                Assert.AreEqual(truth[(2 * (i / 16) * 32) + (2 * (i % 16))], points[i]);
            }

            Assert.AreEqual(before.RowCount(ArchiveTable.Observations), after.RowCount(ArchiveTable.Observations));

            // Site 5 x 32 + 7 lies at row 2.5, column 3.5 of the coarse grid.
            CollectionAssert.AreEqual(new[] { 2.5 / 16, 3.5 / 16 }, after.Description.Sites().PositionOf((5 * 32) + 7));
        }

        CommandRun.InProcess(
            "analyze", "--archive", coarse, "--method", "letkf", "--set", "members=8", "radius=2", "spinUpSteps=40", "--output", folder.File("letkf"))
            .Succeeded();
        CommandRun.InProcess(
            "train", "--archive", coarse, "--steps", "2", "--set", "network=time-channel", "network.halfWidth=2", "network.width=4",
            """correction={"name":"stencil","options":{"reach":1,"width":4}}""", "batchSize=2", "--output", folder.File("model")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", coarse, "--model", folder.File("model"), "--output", folder.File("network")).Succeeded();
        var scores = CommandRun.InProcess("score", "--archive", coarse, "--analyses", folder.File("letkf"), folder.File("network"), "--json").Succeeded();
        Assert.HasCount(2, scores.Json["scores"]!.AsArray());
    }

    [TestMethod]
    public void WhatIsNoGridOfTheSameDomainIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var (fine, output) = (Flow(folder, "fine", 12), folder.File("output"));
        CommandRun.InProcess("archive", "regrid", fine, "--system", "quasi-geostrophic:size=9", "--output", output)
            .Failed(ExitCodes.Usage, "a system with the record's fields (omega), got psi");
        CommandRun.InProcess("archive", "regrid", fine, "--system", "kolmogorov-flow:size=8", "--output", fine, "--overwrite")
            .Failed(ExitCodes.Usage, "another folder than the record's");
        var water = folder.File("water");
        CommandRun.InProcess(
            "simulate", "--system", "shallow-water", "--set", "system.size=16", "--step-length", "0.25", "--steps", "4", "--spin-up", "2", "--output", water)
            .Succeeded();
        CommandRun.InProcess("archive", "regrid", water, "--system", "shallow-water:size=8", "--output", output)
            .Failed(ExitCodes.Usage, "a domain of 1600 x 1600, as the record's, got 800 x 800");
        Assert.IsFalse(Directory.Exists(output), "Nothing is written.");
        CommandRun.InProcess("archive", "regrid", water, "--system", "shallow-water:size=8,spacing=200", "--output", output, "--json").Succeeded();
        using var coarse = ParquetArchive.Open(output);
        var sites = coarse.Description.Sites();

        // u lies half a spacing to the west: that of the fine column 1 at 0.5 fine spacings, 0.25 coarse ones, which is 0.75 beyond the coarse column 0's.
        Assert.AreEqual(0.75 / 8, sites.PositionOf(256 + 1)[1], 1e-12);
        Assert.AreEqual(0.5 / 8, sites.PositionOf(1)[1], 1e-12);
        CommandRun.InProcess(
            "simulate", "--system", "kolmogorov-flow", "--set", "system.size=12", "--operator", "footprint", "--step-length", "0.05", "--steps", "4",
            "--spin-up", "2", "--output", folder.File("prints")).Succeeded();
        CommandRun.InProcess("archive", "regrid", folder.File("prints"), "--system", "kolmogorov-flow:size=10", "--output", folder.File("other"))
            .Failed(ExitCodes.Usage, "observations at points", "footprint");
    }

    [TestMethod]
    public void WhereGridsShareNoPointsTheTruthIsInterpolated()
    {
        using var folder = new TemporaryDirectory();
        var (fine, coarse) = (Flow(folder, "fine", 12), folder.File("coarse"));
        var made = CommandRun.InProcess("archive", "regrid", fine, "--system", "kolmogorov-flow:size=10", "--output", coarse).Succeeded();
        Assert.Contains("interpolated", made.Output);
        using ParquetArchive before = ParquetArchive.Open(fine), after = ParquetArchive.Open(coarse);
        var (truth, points) = (FirstTruth(before), FirstTruth(after));
        Assert.AreEqual((0.8 * truth[1]) + (0.2 * truth[2]), points[1], 1e-5, "At 1.2 fine spacings.");
        Assert.AreEqual(truth[0], points[0]);
    }

    private static float[] FirstTruth(ParquetArchive archive) => archive.ReadStates(ArchiveTable.Truth).First().States.ToArray();

    private static string Flow(TemporaryDirectory folder, string name, int size)
    {
        var path = folder.File(name);
        CommandRun.InProcess(
            "simulate", "--system", "kolmogorov-flow", "--set", $"system.size={size}", "observing-network.fraction=0.2", "observing-network.interval=2",
            "--step-length", "0.05", "--steps", "40", "--spin-up", "20", "--sigma", "0.3", "--output", path).Succeeded();
        return path;
    }
}
