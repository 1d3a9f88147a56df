using System.Globalization;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;
using Coda.Tests.Cli;

namespace Coda.Tests.Additions;

/// <summary>A system with forcing from the command line: simulated, imported, analyzed, forecast, trained.</summary>
[TestClass]
public sealed class ForcedCommandTests
{
    private static readonly string[] Observed = ["--set", "observing-network.fraction=0.5"];

    [TestMethod]
    public void ASourceDrivesTheTwinAndTheArchiveKeepsIt()
    {
        using var folder = new TemporaryDirectory();
        var archive = folder.File("archive");
        CommandRun.InProcess(
            "simulate", "--system", "forced-lorenz96", "--forcing", "F=sine", "--set", "forcing.F.mean=8", "forcing.F.amplitude=5", "forcing.F.period=3",
            "observing-network.fraction=0.5", "--trajectories", "2", "--steps", "300", "--spin-up", "300", "--sigma", "0.5", "--output", archive).Succeeded();
        var inspected = CommandRun.InProcess("inspect", archive).Succeeded().Output;
        Assert.Contains("forcing", inspected);
        Assert.Contains("2,600", inspected); // rows: 300 steps and 1000 after them, twice
        CommandRun.InProcess("archive", "check", archive).Succeeded();
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "enkf", "--set", "members=30", "spinUpSteps=100").Succeeded();
        CommandRun.InProcess("forecast", "--archive", archive, "--method", "simulator", "--leads", "0", "0.5", "--every", "0.5").Succeeded();
        CommandRun.InProcess("score", "--archive", archive, "--json").Succeeded();
        CommandRun.InProcess("forecast", "--archive", archive, "--method", "simulator", "--leads", "20", "--every", "0.5")
            .Failed(ExitCodes.BadData, "Forcing (F) of trajectory 0: expected steps", "got [0, 1300)", "--forcing");
    }

    [TestMethod]
    public void AFileDrivesTheTwinAndIsImportedWithObservations()
    {
        using var folder = new TemporaryDirectory();
        var (series, archive, imported, csv) = (folder.File("F.csv"), folder.File("archive"), folder.File("imported"), folder.File("observed.csv"));
        File.WriteAllLines(series, ["time,F", .. Enumerable.Range(0, 401).Select(k => string.Create(
            CultureInfo.InvariantCulture, $"{k * 0.01:R},{8 + (4 * Math.Sin(k * 0.02)):R}"))]);
        CommandRun.InProcess(
            ["simulate", "--system", "forced-lorenz96", "--forcing", $"F={series}", "--steps", "300", "--spin-up", "300", "--output", archive, .. Observed])
            .Succeeded();
        using (var twin = ParquetArchive.Open(archive))
        {
            Assert.AreEqual(401, twin.RowCount(ArchiveTable.Forcing)); // as far as the file goes
            var stretch = twin.ReadObservations(0, twin.Description.Steps);
            File.WriteAllLines(csv, ["time,site,value", .. Enumerable.Range(0, stretch.Mask.Length).Where(i => stretch.Mask[i] > 0).Select(i => string.Create(
                CultureInfo.InvariantCulture, $"{i / 8 * 0.01:R},{i % 8},{stretch.Values[i]:R}"))]);
        }

        CommandRun.InProcess(
            "import", csv, "--step-length", "0.01", "--system", "forced-lorenz96", "--forcing", series, "--sigma", "1", "--output", imported).Succeeded();
        using (var one = ParquetArchive.Open(archive))
        using (var other = ParquetArchive.Open(imported))
        {
            CollectionAssert.AreEqual(Values(one), Values(other));
        }

        CommandRun.InProcess("analyze", "--archive", imported, "--method", "strong-four-dvar", "--set", "halfWidth=15").Succeeded();
        CommandRun.InProcess("simulate", "--system", "forced-lorenz96", "--forcing", $"F={series}", "--steps", "500", "--output", folder.File("long"))
            .Failed(ExitCodes.BadData, "expected a series up to time 4.01, got one up to 4");
        CommandRun.InProcess("simulate", "--system", "forced-lorenz96", "--output", folder.File("none")).Failed(ExitCodes.Usage, "a source for each of F");
        CommandRun.InProcess("simulate", "--system", "lorenz96", "--forcing", "F=sine", "--output", folder.File("none"))
            .Failed(ExitCodes.Usage, "reads no series");

        static float[] Values(ParquetArchive archive) => [.. archive.ReadForcing(0).SelectMany(b => b.States.ToArray())];
    }

    [TestMethod]
    public void AModelIsTrainedRefinedAndForecasts()
    {
        using var folder = new TemporaryDirectory();
        var (archive, model) = (folder.File("archive"), folder.File("model"));
        CommandRun.InProcess(Tiny.Simulate(archive, ["--system", "driven-pendulum", "--step-length", "0.05", "--sigma", "0.1", .. Observed])).Succeeded();
        CommandRun.InProcess(Tiny.Train(
            archive, model, "system=driven-pendulum", "parameters=[{\"name\":\"g\",\"start\":1.2}]", "steps=20")).Succeeded();
        Assert.Contains("time", CommandRun.InProcess("inspect", model).Succeeded().Output);
        CommandRun.InProcess("analyze", "--archive", archive, "--model", model).Succeeded();
        CommandRun.InProcess("forecast", "--archive", archive, "--model", model, "--leads", "0", "1", "--every", "1", "--from", "smoothed").Succeeded();
        var estimates = CommandRun.InProcess("estimate", "--archive", archive, "--model", model, "--trajectories", "3", "--json").Succeeded().Json;
        var parameter = estimates["parameters"]!.AsArray().Single()!;
        Assert.AreEqual(("g", 1), ((string)parameter["name"]!, (int)estimates["correlations"]![0]![0]!));
        Assert.IsInRange(1e-6, 1, (double)parameter["shareOfPrior"]!);
        Assert.IsGreaterThanOrEqualTo(1, (int)estimates["stretches"]!);
        var table = CommandRun.InProcess("estimate", "--archive", archive, "--model", model, "--trajectories", "3").Succeeded().Output;
        Assert.Contains("of prior", table);
        Assert.IsTrue(table.Split('\n').All(line => line.Length <= 80), table);
    }
}
