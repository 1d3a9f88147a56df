using Coda.Cli;
using Coda.Data.Cards;
using Coda.Tests.Archives;
using Coda.Workflows.Training;

namespace Coda.Tests.Cli;

/// <summary>What <c>coda train</c> does around the stage that fits a reanalysis.</summary>
[TestClass]
public sealed class ReanalysisCommandTests
{
    [TestMethod]
    public void AnErrorThatOnlyTheExperimentKnowsHoldsInEveryStage()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), "--no-truth", "--set", "observing-network.fraction=1")).Succeeded();
        var description = folder.File("archive", "archive.json");
        var known = File.ReadAllText(description);
        File.WriteAllText(description, Digests.Without(known).Replace("  \"sigma\": 1,\n", "", StringComparison.Ordinal));
        Assert.AreNotEqual(known, File.ReadAllText(description));
        string[] Train(params string[] more) => Tiny.Train(
            folder.File("archive"), folder.File("model"),
                ["--steps", "30", "--set", "parameters.F.start=8", "reanalysis.steps=20", "reanalysis.modelErrorVariance=0.01", .. more]);

        CommandRun.InProcess(Train()).Failed(ExitCodes.Usage, "set the experiment's sigma");
        var first = CommandRun.InProcess(Train("sigma=1", "--refine", "12")).Succeeded();
        Assert.DoesNotContain("--refine 100 would", first.Error);
        Assert.AreEqual(1, ModelFolder.ReadCard(folder.File("model")).Sigma);
        Assert.IsTrue(File.Exists(folder.File("model", TrainFolder.Joint, ModelFolder.Card)));
        Assert.IsNotEmpty(ModelFolder.ReadCard(folder.File("model")).ParameterErrors);

        // What is there is not made again, unless it is of another origin or dropped.
        DateTime Made() => File.GetLastWriteTimeUtc(folder.File("model", TrainFolder.Reanalysis, "archive.json"));
        var made = Made();
        CommandRun.InProcess(Train("sigma=1", "--refine", "12")).Succeeded();
        Assert.AreEqual(made, Made());
        var other = CommandRun.InProcess(Train("sigma=1")).Succeeded();
        Assert.AreNotEqual(made, Made());
        Assert.Contains("--refine 100 would estimate them once more", other.Error);
        CommandRun.InProcess(Train("sigma=1", "--restart")).Succeeded();
    }
}
