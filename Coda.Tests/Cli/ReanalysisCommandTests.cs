using System.Text.Json;
using Coda.Cli;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
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

    [TestMethod]
    public void AnyMethodCanMakeTheReanalysisWithTheTrainedParameters()
    {
        using var folder = new TemporaryDirectory();
        CommandRun.InProcess(Tiny.Simulate(folder.File("archive"), "--no-truth", "--set", "observing-network.fraction=1")).Succeeded();
        string[] Train(string method, params string[] more) => Tiny.Train(
            folder.File("archive"), folder.File("model"),
                ["--steps", "10", "--set", "parameters.F.start=7", "reanalysis.steps=10", $"reanalysis.method={method}", .. more]);

        const string filter = """{"name":"letkf","options":{"members":12,"spinUpSteps":50}}""";
        CommandRun.InProcess(Train("etkv")).Failed(ExitCodes.Usage, "etkf");
        CommandRun.InProcess(Train("""{"name":"etkf","options":{"members":1}}""")).Failed(ExitCodes.Usage, "Members: expected at least 2");
        CommandRun.InProcess(Train(filter, "reanalysis.modelErrorVariance=0.1")).Failed(ExitCodes.Usage, "its own options say it");
        CommandRun.InProcess(Train(filter, "reanalysis.spinUpSteps=-1")).Failed(ExitCodes.Usage, "at least 0");
        CommandRun.InProcess(Train(filter, "reanalysis.spinUpSteps=60")).Failed(ExitCodes.Usage, "at most half of the record's 100 steps");
        Assert.IsFalse(File.Exists(folder.File("model", ModelFolder.Card)));

        CommandRun.InProcess(Train(filter, "reanalysis.spinUpSteps=20")).Succeeded();
        var joint = ModelFolder.ReadCard(folder.File("model", TrainFolder.Joint)).Parameters["F"];
        Assert.AreNotEqual(8, joint);
        var system = ParameterOptions.With(new Component("lorenz96"), [KeyValuePair.Create("F", joint)])!;
        CommandRun.InProcess(
            "analyze", "--archive", folder.File("archive"), "--method", "letkf", "--output", folder.File("direct"), "--set", "members=12", "spinUpSteps=50",
            $"system={JsonSerializer.Serialize(system, CodaJson.Options)}").Succeeded();
        CollectionAssert.AreEqual(States(folder.File("direct")), States(folder.File("model", TrainFolder.Reanalysis)));
        Assert.AreEqual(joint, ModelFolder.ReadCard(folder.File("model")).Parameters["F"], "The fit leaves the parameters.");

        // Methods without a model, and those whose first guess is to take the model, too.
        CommandRun.InProcess(Train("climatology")).Succeeded();
        CommandRun.InProcess(Train("""{"name":"iterated-extended-smoother","options":{"modelErrorVariance":0.01,"hasSpread":false,"passes":1}}"""))
            .Failed(ExitCodes.BadData, "sound for at least half");
        Assert.Contains("hybrid of lorenz96", File.ReadAllText(folder.File("model", TrainFolder.Reanalysis, "archive.json")));
    }

    private static float[] States(string path)
    {
        using var archive = ParquetArchive.Open(path);
        return [.. archive.ReadStates(ArchiveTable.Analyses).SelectMany(block => block.States.ToArray())];
    }
}
