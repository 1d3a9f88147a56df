using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>Experiments that are out of range, or do not fit the archive.</summary>
[TestClass]
public sealed class TrainingSetupTests
{
    [TestMethod]
    public void EveryNumberOfAnExperimentIsCheckedAtOnce()
    {
        var broken = new Experiment
        {
            RolloutLength = 0, Sigma = -1, Steps = 0, BatchSize = 0, WarmUpSteps = -1, LearningRate = double.NaN, ParameterLearningRate = 0,
            CorrectionLearningRate = 0,
            GradientNorm = 0, AveragingDecay = 1, BlankingProbability = 2, NowcastProbability = -1, WithholdingFraction = 1, ValidationInterval = 0,
            CheckpointInterval = 0, Patience = -1, Loss = [],
        };
        var message = Assert.ThrowsExactly<ArgumentException>(broken.Check).Message;
        foreach (var property in typeof(Experiment).GetProperties()
            .Where(p => p.PropertyType == typeof(int) || p.PropertyType == typeof(double) || p.PropertyType == typeof(double?) || p.Name == "Loss"))
        {
            StringAssert.Contains(message, $"{property.Name}: expected");
        }
    }

    [TestMethod]
    public void TheDefaultsAreInRange() => new Experiment().Check();

    [TestMethod]
    public void ATermOrAParameterNamedTwiceIsRefused()
    {
        var twice = TrainingExamples.Experiment with
        {
            Loss = [new("consistency"), new("consistency", new JsonObject { ["laterOffset"] = 1 })],
            Parameters = [new("F", 6), new("F", 7)],
        };
        var message = Assert.ThrowsExactly<ArgumentException>(twice.Check).Message;
        StringAssert.Contains(message, "Loss: expected every term once, got consistency, consistency");
        StringAssert.Contains(message, "Parameters: expected every parameter once, got F, F");
    }

    [TestMethod]
    public void AnExperimentThatDoesNotFitTheArchiveIsRefused()
    {
        StringAssert.Contains(
            Refused(e => e with { System = new Component("lorenz96") }), "Expected an archive of 40 sites for system 'lorenz96' (x: ring of 40), got 8");
        StringAssert.Contains(Refused(e => e with { System = new Component("lorenz69") }), "Unknown system 'lorenz69'");
        StringAssert.Contains(Refused(e => e with { Network = new Component("unet-15") }), "Did you mean 'unet15'?");
        StringAssert.Contains(Refused(e => e with { Parameters = [new("G", 6)] }), "Expected a parameter of 'lorenz96' (F), got 'G'");
        StringAssert.Contains(Refused(e => e with { Parameters = [new("F", 31)] }), "Expected F to start in [0, 30], got 31");
        StringAssert.Contains(Refused(
            e => e with { Network = new Component("unet15"), System = new Component("lorenz96", new JsonObject { ["size"] = 8 }) }, 10), "half a window");
    }

    [TestMethod]
    public void AnArchiveWithoutAnErrorNeedsOneFromTheExperiment()
    {
        var exact = TrainingExamples.Record(TrainingExamples.Twin with { Sigma = 0 });
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new TrainingSetup(TrainingExamples.Experiment, exact)).Message, "set the experiment's sigma");
        Assert.AreEqual(0.1, new TrainingSetup(TrainingExamples.Experiment with { Sigma = 0.1 }, exact).Sigma);
    }

    [TestMethod]
    public void ParametersStartWhereTheExperimentSays()
    {
        var setup = new TrainingSetup(TrainingExamples.Experiment, TrainingExamples.Record());
        Assert.AreEqual(6, setup.StartingParameters["F"]);
        Assert.AreEqual((0.0, 30.0), (setup.Trained["F"].Lower, setup.Trained["F"].Upper));
        Assert.AreEqual(1, setup.Sigma);
        Assert.AreEqual(0, setup.LaterOffset);
        var published = TrainingExamples.Experiment with { Loss = [new("data-misfit"), new("consistency", new JsonObject { ["laterOffset"] = 1 })] };
        Assert.AreEqual(1, new TrainingSetup(published, TrainingExamples.Record()).LaterOffset);
    }

    private static string Refused(Func<Experiment, Experiment> change, int steps = 300)
    {
        try
        {
            _ = new TrainingSetup(change(TrainingExamples.Experiment), TrainingExamples.Record(TrainingExamples.Twin with { StepCount = steps }));
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidDataException)
        {
            return fault.Message;
        }

        throw new AssertFailedException("expected a refusal");
    }

    [TestMethod]
    public void NamesOfEntriesElsewhereAreRefused()
    {
        var record = TrainingExamples.Record();
        string[] names = [.. Enumerable.Range(0, 8).Select(i => $"x[{(i + 1) % 8}]")];
        var shifted = new MemoryArchive(record.Description with { SiteNames = names }, TrainingExamples.Twin.Observations());
        Assert.Contains(
            "another order", Assert.ThrowsExactly<ArgumentException>(() => new TrainingSetup(TrainingExamples.Experiment, shifted)).Message);
    }
}
