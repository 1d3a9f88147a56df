using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Training.Optimization;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>Training of an auto-encoder: reproducible, resumable, and it learns.</summary>
[TestClass]
[DoNotParallelize]
public sealed class AutoEncoderTrainingTests
{
    private static readonly TwinExperiment Twin = ExampleTwins.Lorenz96(steps: 120, trajectories: 12, fraction: 0.8) with { StepLength = 0.05 };

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void AnInterruptedRunGivesTheBitsOfAnUninterruptedOne(int threads)
    {
        using var folder = new TemporaryDirectory();
        var whole = Train("whole");
        for (var step = 1; step <= 5; step++)
        {
            using var loop = new TrainingLoop(LatentExamples.Stage(Twin), folder.File("often"), threads: threads);
            Assert.ThrowsExactly<OperationCanceledException>(() => loop.Run(cancellation: new CancellationToken(canceled: true)));
            Assert.AreEqual(step, loop.Step);
        }

        var often = Train("often");
        foreach (var (name, values) in whole.Parts[AutoEncoderStage.AutoEncoder])
        {
            CollectionAssert.AreEqual(values, often.Parts[AutoEncoderStage.AutoEncoder][name], name);
        }

        Assert.AreEqual(whole.Validation, often.Validation);

        TrainedWeights Train(string name)
        {
            using var loop = new TrainingLoop(LatentExamples.Stage(Twin), folder.File(name), threads: threads);
            return loop.Run();
        }
    }

    [TestMethod]
    public void AShortTrainingKeepsMostOfAStateInThreeQuartersOfItsNumbers()
    {
        using var folder = new TemporaryDirectory();
        var experiment = LatentExamples.Experiment with
        {
            AutoEncoder = LatentExamples.Experiment.AutoEncoder! with
            {
                Network = new Component("convolutional", new() { ["size"] = 6, ["stride"] = 4, ["patch"] = 2, ["width"] = 16, ["blocks"] = 1, ["kernel"] = 3 }),
            },
            Steps = 300,
            BatchSize = 16,
            WarmUpSteps = 20,
            LearningRate = 1e-2,
            AveragingDecay = 0.9,
            ValidationInterval = 100,
            CheckpointInterval = 1000,
        };
        using var loop = new TrainingLoop(LatentExamples.Stage(Twin, experiment), folder.File("checkpoint"), threads: 1);
        Assert.IsLessThan(0.12, loop.Run().Validation, "of a variance of 1 on trajectories that were not fitted; a quarter of the numbers is missing");
    }

    // States are turned along the axis on which no place is special, which the force's is not; the loss of a network at its start is that of the climatology.
    [TestMethod]
    public void OnATorusItLearnsFromStatesTurnedAlongOneAxis()
    {
        using var folder = new TemporaryDirectory();
        var experiment = LatentExamples.FlowExperiment with
        {
            Steps = 150, BatchSize = 8, WarmUpSteps = 10, LearningRate = 1e-2, AveragingDecay = 0.9, ValidationInterval = 50, CheckpointInterval = 1000,
        };
        var stage = LatentExamples.Stage(LatentExamples.Flow, experiment);
        CollectionAssert.AreEqual(new[] { 1 }, stage.Turn.Axes.ToArray());
        using var loop = new TrainingLoop(stage, folder.File("checkpoint"), threads: 1);
        Assert.IsLessThan(0.3, loop.Run().Validation, "of a variance of 1, by a quarter of the numbers");
    }

    [TestMethod]
    public void WhatDoesNotGoTogetherIsRefused()
    {
        Refused("member autoEncoder", TrainingExamples.Experiment);
        Refused("autoEncoder.noise", LatentExamples.Experiment with { AutoEncoder = LatentExamples.Experiment.AutoEncoder! with { Noise = -1 } });
        Refused("parameters", LatentExamples.Experiment with { Parameters = [new TrainedParameter("F", 6)] });
        Refused("cycle", LatentExamples.Experiment with { Cycle = new CycleFit() });
        Refused("autoEncoder.method", LatentExamples.Experiment with
        {
            AutoEncoder = LatentExamples.Experiment.AutoEncoder! with { Method = new Component("enks"), Teacher = StateTeacher.Truth },
        });

        static void Refused(string what, Experiment experiment) => Assert.Contains(
            what, Assert.ThrowsExactly<ArgumentException>(() => AutoEncoderStage.Require(experiment, Twin.Archive())).Message,
            StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public void StatesThatAreNotSoundAreNotFitted()
    {
        var archive = Twin.Archive();
        var states = new Reanalysis(
            archive.Description, 8, Twin.Truth().Select(Spoil), Enumerable.Range(0, 12).Select(t => (t, new StepRange(0, 40))));
        using var folder = new TemporaryDirectory();
        using var loop = new TrainingLoop(new AutoEncoderStage(LatentExamples.Experiment, archive, states), folder.File("checkpoint"), threads: 1);
        Assert.IsLessThan(1e3, loop.Run().Validation, "the spoilt states are 1e6 large");

        static StateBlock Spoil(StateBlock block)
        {
            var values = block.States.ToArray();
            for (var row = 0; row < block.Count; row++)
            {
                if (block.FirstStep + row < 40)
                {
                    values.AsSpan(row * 8, 8).Fill(1e6f);
                }
            }

            return block with { States = values };
        }
    }
}
