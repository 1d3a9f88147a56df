using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Tests.Archives;

namespace Coda.Tests.Cli;

/// <summary><c>coda estimate --likelihood</c>, and what methods make of the system that it keeps.</summary>
[TestClass]
public sealed class LikelihoodEstimateCommandTests
{
    private const string Hidden = """{"name":"hidden-forcing","options":{"system":"lorenz63","forced":["x","y"],"drivers":["x","y"]}}""";

    [TestMethod]
    public void HiddenVariablesAreLearnedAnalyzedForecastAndScored()
    {
        using var folder = new TemporaryDirectory();
        var archive = Coupled(folder);
        var run = CommandRun.InProcess(
            "estimate", "--archive", archive, "--system", Hidden, "--parameters", "h1.h*", "h2.h*", "h1.x=-1", "h2.y", "--likelihood", "--window", "150",
            "--keep", "--json").Succeeded();
        Assert.AreEqual(1.5, (double)run.Json["parameters"]![1]!["value"]!, 0.4);
        Assert.AreEqual("hidden-forcing", ParquetArchive.Open(archive).Description.System!.Name);

        CommandRun.InProcess("analyze", "--archive", archive, "--method", "extended-kalman-filter:modelErrorVariance=0.001").Succeeded();
        Assert.HasCount(5, ParquetArchive.Open(archive).Description.NoteOf(ArchiveTable.Analyses).Layout!.Fields);
        CommandRun.InProcess("forecast", "--archive", archive, "--method", "simulator", "--leads", "0.05", "--every", "0.05").Succeeded();
        var scores = CommandRun.InProcess("score", "--archive", archive, "--margin", "30", "--by", "field").Succeeded().Output;
        Assert.DoesNotContain(" u ", scores); // h1 and h2 are no u and v
        Assert.Contains(" z ", scores);
        var table = CommandRun.InProcess("export", "--archive", archive, "--table", "forecasts", "--output", folder.File("forecasts.csv")).Succeeded();
        Assert.Contains(",h2,", File.ReadAllText(folder.File("forecasts.csv")), table.Output);
    }

    [TestMethod]
    public void OptionsThatItDoesNotTakeAreRefused()
    {
        using var folder = new TemporaryDirectory();
        var archive = Coupled(folder);
        CommandRun.InProcess("estimate", "--archive", archive, "--parameters", "q*", "--likelihood").Failed(ExitCodes.Usage, "parameters of 'coupled-lorenz63'");
        CommandRun.InProcess("estimate", "--archive", archive, "--likelihood", "--starts", "3").Failed(ExitCodes.Usage, "a filter of its own");
        CommandRun.InProcess("estimate", "--archive", archive, "--model-error", "3").Failed(ExitCodes.Usage, "--likelihood");
    }

    private static string Coupled(TemporaryDirectory folder)
    {
        var archive = folder.File("coupled");
        CommandRun.InProcess(
            "simulate", "--system", "coupled-lorenz63", "--step-length", "0.05", "--operator", "site-selection", "--set", "operator.sites=[0,1,2]",
            "observing-network.fraction=1", "--steps", "300", "--trajectories", "1", "--spin-up", "300", "--output", archive).Succeeded();
        return archive;
    }
}
