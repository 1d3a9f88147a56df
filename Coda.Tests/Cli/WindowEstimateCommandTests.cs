using Coda.Cli;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary><c>coda estimate</c> of a field, in windows from a filter's analyses.</summary>
[TestClass]
public sealed class WindowEstimateCommandTests
{
    private const string Filter = "eakf:members=12,radius=3,inflation=1.02,spinUpSteps=200";

    [TestMethod]
    public void EstimatesAreToldAndKept()
    {
        using var folder = new TemporaryDirectory();
        var archive = Ring(folder, 20);
        var run = CommandRun.InProcess(
            "estimate", "--archive", archive, "--parameters", "F=7", "--method", Filter, "--window", "50", "--windows", "3", "--margin", "60", "--rounds", "2",
            "--keep", "--json").Succeeded();
        Assert.AreEqual(8, (double)run.Json["parameters"]![0]!["value"]!, 0.2);
        Assert.AreEqual(3, (int)run.Json["windows"]!);
        Assert.AreEqual(8, (double)ParquetArchive.Open(archive).Description.System!.Options!["forcing"]!, 0.2);
        var table = CommandRun.InProcess(
            "estimate", "--archive", archive, "--parameters", "F", "--method", Filter, "--window", "20", "--windows", "2", "--rounds", "1")
            .Succeeded();
        Assert.Contains("± by scatter", table.Output);
        Assert.Contains("correlates with", table.Output);
    }

    [TestMethod]
    public void LargeStatesAreEstimatedInWindowsByThemselves()
    {
        using var folder = new TemporaryDirectory();
        var archive = Ring(folder, 1200);
        CommandRun.InProcess("estimate", "--archive", archive, "--parameters", "F=7", "--starts", "3")
            .Failed(ExitCodes.Usage, "--starts: expected none for states of more than 1000 entries");
        CommandRun.InProcess("estimate", "--archive", archive).Failed(ExitCodes.Usage, "expected at least one parameter of F, got none");
        CommandRun.InProcess("estimate", "--archive", archive, "--parameters", "F=-1e9").Failed(ExitCodes.Usage, "got");
    }

    private static string Ring(TemporaryDirectory folder, int size)
    {
        var archive = folder.File($"ring{size}");
        CommandRun.InProcess(
            "simulate", "--system", "lorenz96", "--set", $"system.size={size}", "--trajectories", "1", "--steps", size > 100 ? "20" : "260", "--spin-up",
            "100", "--output", archive).Succeeded();
        return archive;
    }
}
