using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary><c>coda analyze --members</c> and <c>coda distance</c>: samples of posteriors, written and compared.</summary>
[TestClass]
public sealed class MembersCommandTests
{
    private const string Few = "particles=500";

    [TestMethod]
    public void MembersAreTrajectoriesOfTheirOwnAndAreHeldAgainstAReference()
    {
        using var folder = new TemporaryDirectory();
        var archive = Record(folder);
        Members(archive, folder.File("reference"), "40", Few, "seed=1");
        Members(archive, folder.File("again"), "40", Few, "seed=2");
        Members(archive, folder.File("tight"), "40", Few, "seed=3", "sigma=0.1");
        using (ParquetArchive source = ParquetArchive.Open(archive), members = ParquetArchive.Open(folder.File("reference")))
        {
            Assert.AreEqual(3 * 40, members.Description.TrajectoryCount);
            Assert.AreEqual(40, members.Description.NoteOf(ArchiveTable.Analyses).Members);
            Assert.AreEqual(3 * 40 * 4, members.RowCount(ArchiveTable.Analyses));
            Assert.AreEqual(3, source.Description.TrajectoryCount);
        }

        var run = CommandRun.InProcess(
            "distance", "--reference", folder.File("reference"), "--analyses", folder.File("again"), folder.File("tight"), "--json").Succeeded();
        var rows = run.Json.AsArray();
        Assert.HasCount(6, rows);
        Assert.AreEqual(1, (double)rows[2]!["ratio"]!);
        Assert.IsGreaterThan(1.5, (double)rows[5]!["ratio"]!, "A posterior that is too narrow is farther off than the same with another seed.");
    }

    [TestMethod]
    public void WhatIsNoEnsembleOrHasNoPlaceIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var archive = Record(folder);
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "etkf", "--members", "4", "--output", folder.File("x"))
            .Failed(ExitCodes.Usage, "particle-filter");
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "particle-filter", "--set", Few, "--members", "4")
            .Failed(ExitCodes.Usage, "--output");
        CommandRun.InProcess(
            "analyze", "--archive", archive, "--method", "particle-filter", "--set", Few, "--members", "501", "--output", folder.File("x"))
            .Failed(ExitCodes.Usage, "particles (500)");
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "climatology", "--output", folder.File("mean")).Succeeded();
        Members(archive, folder.File("members"), "4", Few);
        CommandRun.InProcess("distance", "--reference", folder.File("mean"), "--analyses", folder.File("members")).Failed(ExitCodes.Usage, "--members");
        CommandRun.InProcess("score", "--archive", archive, "--analyses", folder.File("members")).Failed(ExitCodes.BadData, "got 4 members of each");
        CommandRun.InProcess(
            "simulate", "--system", "lorenz63", "--operator", "site-selection", "--set", "operator.field=z", "--trajectories", "4", "--steps", "20",
            "--output", folder.File("more")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", folder.File("more"), "--method", "climatology", "--output", folder.File("others")).Succeeded();
        CommandRun.InProcess("score", "--archive", archive, "--analyses", folder.File("others")).Failed(ExitCodes.BadData, "at most 3 trajectories");
    }

    private static string Record(TemporaryDirectory folder)
    {
        var path = folder.File("record");
        CommandRun.InProcess(
            "simulate", "--system", "lorenz63", "--operator", "site-selection", "--set", "operator.field=z", "--trajectories", "3", "--steps", "20",
            "--spin-up", "200", "--output", path).Succeeded();
        return path;
    }

    private static void Members(string archive, string output, string count, params string[] settings) => CommandRun.InProcess(
        ["analyze", "--archive", archive, "--method", "particle-filter", "--members", count, "--every", "0.05", "--output", output, "--set",
            "spinUpSteps=200", .. settings]).Succeeded();
}
