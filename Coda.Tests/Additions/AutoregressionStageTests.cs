using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Training.Experiments;
using Coda.Training.Optimization;

namespace Coda.Tests.Additions;

/// <summary>A stage from outside, with a part of its own, is trained, stopped and gone on with by the loop as it stands.</summary>
[TestClass]
public sealed class AutoregressionStageTests
{
    private static readonly Experiment Settings = new()
    {
        Steps = 300, BatchSize = 32, LearningRate = 0.02, ParameterLearningRate = 0.02, WarmUpSteps = 10, ValidationInterval = 50, CheckpointInterval = 100,
        AveragingDecay = 0.9,
    };

    [TestMethod]
    public void ItFindsTheLineAndGoesOnToTheSameBits()
    {
        using var folder = new TemporaryDirectory();
        var twin = new TwinExperiment { StepCount = 300, ObservingNetwork = new("random-fraction", new() { ["fraction"] = 1.0 }), Sigma = 0.01 };
        var archive = new Coda.Data.Archives.MemoryArchive(twin.Describe(), twin.Observations());
        var whole = Train("whole");
        Assert.AreEqual(1, whole.Parts["line"]["slope"][0], 0.1, "consecutive values of Lorenz-96 are much alike");
        Assert.IsTrue(whole.Validation < 1, $"{whole.Validation}");
        Assert.IsTrue(whole.Numbers["c"] is >= 0 and <= 0.25);

        for (var stop = 0; stop < 3; stop++)
        {
            using var loop = new TrainingLoop(new AutoregressionStage(archive, Settings), folder.File("often"), threads: 2);
            Assert.ThrowsExactly<OperationCanceledException>(() => loop.Run(cancellation: new CancellationToken(canceled: true)));
            Assert.AreEqual(stop + 1, loop.Step);
        }

        var often = Train("often");
        CollectionAssert.AreEqual(whole.Parts["line"]["slope"], often.Parts["line"]["slope"]);
        Assert.AreEqual(whole.Numbers["c"], often.Numbers["c"]);

        TrainedWeights Train(string name)
        {
            using var loop = new TrainingLoop(new AutoregressionStage(archive, Settings), folder.File(name), threads: 2);
            return loop.Run();
        }
    }
}
