using Coda.Cli;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>The commands with a model of 40 sites on a ring of another size, and ensembles of forecasts there.</summary>
[TestClass]
public sealed class RingCommandTests
{
    private static readonly string Released = Path.Combine(Repository.Root, "models", "lorenz96");

    [TestMethod]
    public void AReleasedModelAnalyzesForecastsAndIsScoredOnALargerRing()
    {
        using var folder = new TemporaryDirectory();
        var (archive, polished) = (folder.File("archive"), folder.File("polished"));
        CommandRun.InProcess(Tiny.Simulate(archive, 1, 120, "--set", "system.size=100", "observing-network.fraction=0.5")).Succeeded();
        Assert.AreEqual(120, (long)CommandRun.InProcess("analyze", "--archive", archive, "--model", Released, "--json").Succeeded().Json["states"]!);
        CommandRun.InProcess("forecast", "--archive", archive, "--model", Released, "--leads", "0", "0.2", "--every", "0.2", "--from", "smoothed").Succeeded();
        foreach (var result in CommandRun.InProcess("score", "--archive", archive, "--json").Succeeded().Json["scores"]!.AsArray()
            .SelectMany(s => s!["results"]!.AsArray()))
        {
            Assert.IsInRange(-0.6, 0.6, (double)result!["value"]!);
        }

        CommandRun.InProcess("forecast", "--archive", archive, "--model", Released, "--leads", "0", "--members", "8", "--from", "smoothed")
            .Succeeded(); // from the network's own spread
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "persistence", "--output", folder.File("persistence")).Succeeded();
        CommandRun.InProcess("forecast", "--archive", folder.File("persistence"), "--model", Released, "--leads", "0", "--members", "8")
            .Failed(ExitCodes.Usage, "initial spread");
        CommandRun.InProcess("analyze", "--archive", archive, "--model", Released, "--polish", "3", "--output", polished).Succeeded();
        var ensemble = CommandRun.InProcess(
            "forecast", "--archive", polished, "--model",
                Released, "--leads", "0", "0.2", "--every", "0.2", "--members", "8", "--seed", "3", "--from", "smoothed", "--json").Succeeded().Json;
        Assert.AreEqual(8, (int)ensemble["members"]!);
        var scores = CommandRun.InProcess("score", "--archive", archive, "--analyses", polished, "--json").Succeeded().Json["scores"]!.ToJsonString();
        Assert.Contains("continuous-ranked-probability", scores);
    }

    [TestMethod]
    public void SitesThatAreNoWholeRingAreRefusedWithBothCounts()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), 1, 60, "--set", "system.size=100", "operator.every=2")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", folder.File("archive"), "--model", Released)
            .Failed(ExitCodes.ModelMismatch, "expected 40 (card), got 50 (archive)");
    }
}
