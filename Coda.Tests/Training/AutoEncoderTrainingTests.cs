using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
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
    public void AnInterruptedRunGivesTheBitsOfAnUninterruptedOne(int threads) =>
        StageLoops.InterruptionChangesNoBit(() => LatentExamples.Stage(Twin), AutoEncoderStage.AutoEncoder, threads);

    [TestMethod]
    public void AShortTrainingKeepsMostOfAStateInThreeQuartersOfItsNumbers()
    {
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
        var trained = StageLoops.Run(LatentExamples.Stage(Twin, experiment));
        Assert.IsLessThan(0.12, trained.Validation, "of a variance of 1 on trajectories that were not fitted; a quarter of the numbers is missing");
    }

    // States are turned along the axis on which no place is special, which the force's is not; the loss of a network at its start is that of the climatology.
    [TestMethod]
    public void OnATorusItLearnsFromStatesTurnedAlongOneAxis()
    {
        var experiment = LatentExamples.FlowExperiment with
        {
            Steps = 150, BatchSize = 8, WarmUpSteps = 10, LearningRate = 1e-2, AveragingDecay = 0.9, ValidationInterval = 50, CheckpointInterval = 1000,
        };
        var stage = LatentExamples.Stage(LatentExamples.Flow, experiment);
        CollectionAssert.AreEqual(new[] { 1 }, stage.Turn.Axes.ToArray());
        Assert.IsLessThan(0.3, StageLoops.Run(stage).Validation, "of a variance of 1, by a quarter of the numbers");
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

        static void Refused(string what, Experiment experiment) =>
            StageLoops.Refused(what, () => AutoEncoderStage.Require(experiment, Twin.Archive()));
    }

    [TestMethod]
    public void StatesThatAreNotSoundAreNotFitted()
    {
        var (archive, states) = StageLoops.Spoilt(Twin, 40);
        Assert.IsLessThan(1e3, StageLoops.Run(new AutoEncoderStage(LatentExamples.Experiment, archive, states)).Validation, "the spoilt states are 1e6 large");
    }
}
