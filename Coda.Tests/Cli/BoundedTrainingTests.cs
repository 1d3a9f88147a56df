using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary>Networks for fields with bounds, from the command line.</summary>
[TestClass]
public sealed class BoundedTrainingTests
{
    [TestMethod]
    [DataRow("multiplicative", "0.1")]
    [DataRow("additive", "2")]
    [DataRow("prey=square-root,predator=multiplicative", "0.2")]
    public void ATrainedNetworkAndItsForecastsStayWithinTheBounds(string errors, string sigma)
    {
        using var folder = new TemporaryDirectory();
        var (archive, model) = (folder.File("hares"), folder.File("model"));
        CommandRun.InProcess(
            "simulate", "--system", "lotka-volterra", "--trajectories", "2", "--steps", "200", "--step-length", "0.1", "--spin-up", "0", "--sigma", sigma,
            "--withhold", "0.1", "--errors", errors, "--output", archive).Succeeded();
        CommandRun.InProcess(
            "train", "--archive", archive, "--output", model, "--threads", "1", "--steps", "30", "--set", "network.halfWidth=5", "network.width=8",
            "network.hasSpread=true", "batchSize=8", "rolloutLength=10").Succeeded();
        Assert.Contains("ONNX Runtime less LibTorch", CommandRun.InProcess("inspect", model).Succeeded().Output);
        CommandRun.InProcess("analyze", "--archive", archive, "--model", model).Succeeded();
        CommandRun.InProcess(
            "forecast", "--archive", archive, "--model", model, "--from", "smoothed", "--leads", "0", "2", "--every", "5").Succeeded();
        using var result = ParquetArchive.Open(archive);
        Assert.IsTrue(result.ReadStates(ArchiveTable.Analyses).SelectMany(block => block.Spread!.Value.ToArray()).All(s => s is > 0 and < 500));
        foreach (var table in new[] { ArchiveTable.Analyses, ArchiveTable.Forecasts })
        {
            var values = result.ReadStates(table).SelectMany(block => block.States.ToArray()).ToList();
            Assert.IsTrue(values.TrueForAll(x => x is > 1 and < 500), $"{table}: {values.Min()} to {values.Max()}");
        }
    }
}
