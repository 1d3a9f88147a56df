using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary><c>coda track</c>: parameters that are corrected while a record is assimilated.</summary>
[TestClass]
public sealed class TrackCommandTests
{
    [TestMethod]
    public void AParameterIsFollowedAndTheAnalysesAreKept()
    {
        using var folder = new TemporaryDirectory();
        var (archive, output, series) = (Record(folder), folder.File("analyses"), folder.File("series.parquet"));
        var run = CommandRun.InProcess(
            "track", "--archive", archive, "--system", "lorenz96:size=8,forcing=6.5", "--parameters", "F=1", "--set", "warmUp=60", "windowSteps=10",
            "--output", output, "--series", series, "--json").Succeeded();
        var last = run.Json["windows"]!.AsArray()[^1]!;
        Assert.AreEqual(8, (double)last["values"]![0]!, Math.Max(0.3, 3 * (double)last["deviations"]![0]!));
        Assert.AreEqual((double)last["values"]![0]!, (double)run.Json["system"]!["options"]!["forcing"]!, 1e-9);
        var (columns, rows) = NumberTable.Read(series);
        CollectionAssert.AreEqual(new[] { "trajectory", "step", "misfit", "F", "F.deviation" }, columns.ToArray());
        Assert.HasCount(run.Json["windows"]!.AsArray().Count, rows);
        using (var analyses = ParquetArchive.Open(output))
        {
            Assert.AreEqual(300, analyses.RowCount(ArchiveTable.Analyses));
        }

        CommandRun.InProcess("score", "--archive", archive, "--analyses", output).Succeeded();
    }

    [TestMethod]
    public void WhatCannotBeFollowedIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var archive = Record(folder);
        CommandRun.InProcess("track", "--archive", archive, "--parameters", "G").Failed(ExitCodes.Usage, "parameters of 'lorenz96' (F)");
        CommandRun.InProcess("track", "--archive", archive, "--parameters", "F=x").Failed(ExitCodes.Usage, "NAME=DEVIATION");
        CommandRun.InProcess("track", "--archive", archive, "--parameters", "F=-1").Failed(ExitCodes.Usage, "greater than 0");
    }

    private static string Record(TemporaryDirectory folder)
    {
        var path = folder.File("record");
        CommandRun.InProcess(
            "simulate", "--set", "system.size=8", "observing-network.fraction=0.5", "--steps", "300", "--spin-up", "300", "--output", path).Succeeded();
        return path;
    }
}
