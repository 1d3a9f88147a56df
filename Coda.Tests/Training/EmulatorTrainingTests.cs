using Coda.Data.Foundation;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>Training of an emulator: reproducible, resumable, and it learns.</summary>
[TestClass]
[DoNotParallelize]
public sealed class EmulatorTrainingTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void AnInterruptedRunGivesTheBitsOfAnUninterruptedOne(int threads) =>
        StageLoops.InterruptionChangesNoBit(() => EmulatorExamples.Stage(), EmulatorStage.Emulator, threads);

    [TestMethod]
    public void AShortTrainingForecastsLorenz63AndItsMemoryHasAClimatology()
    {
        var experiment = EmulatorExamples.Experiment with
        {
            Steps = 250, BatchSize = 16, WarmUpSteps = 10, LearningRate = 1e-2, AveragingDecay = 0.9, ValidationInterval = 125, CheckpointInterval = 1000,
            Emulator = EmulatorExamples.Experiment.Emulator! with { Network = new Component("lstm", new() { ["width"] = 16, ["layers"] = 1 }), Length = 10 },
        };
        var stage = EmulatorExamples.Stage(experiment);
        var trained = StageLoops.Run(stage);
        Assert.IsLessThan(0.01, trained.Validation, "persistence over a step of .05 has .09 on the held-out trajectory");
        var model = stage.End(trained);
        Assert.AreEqual("memory", model.Context.Layout.Fields[^1].Name);
        var (mean, deviation) = (model.Context.Climatology.Mean[3..], model.Context.Climatology.Deviation[3..]);
        Assert.HasCount(32, mean);
        Assert.IsTrue(mean[..16].All(h => Math.Abs(h) < 1) && deviation.All(d => d is > 0 and < 20) && deviation.Max() > 0.1);
    }

    [TestMethod]
    public void StatesThatAreNotSoundAreNotFitted()
    {
        var (archive, states) = StageLoops.Spoilt(EmulatorExamples.Twin, 40);
        Assert.IsLessThan(1e3, StageLoops.Run(new EmulatorStage(EmulatorExamples.Experiment, archive, states)).Validation, "the spoilt states are 1e6 large");
    }

    [TestMethod]
    public void WhatDoesNotGoTogetherIsRefused()
    {
        var (experiment, fit) = (EmulatorExamples.Experiment, EmulatorExamples.Experiment.Emulator!);
        Refused("member emulator", experiment with { Emulator = null });
        Refused("emulator.cycles", experiment with { Emulator = fit with { Cycles = 0, Length = 0, LaterSteps = 0, SpinUpSteps = -1 } });
        Refused("neither reanalysis nor cycle", experiment with { AutoEncoder = new AutoEncoderFit() });
        Refused("selects entries", experiment with { Operator = new Component("power-law") });
        Refused("Width", experiment with { Emulator = fit with { Network = new Component("lstm", new() { ["width"] = 0 }) } });

        static void Refused(string what, Experiment experiment) =>
            StageLoops.Refused(what, () => EmulatorStage.Require(experiment, EmulatorExamples.Twin.Archive()));
    }

    [TestMethod]
    public void AnEmulatorTakesTheSimulatorsPlaceAmongTheGraphs()
    {
        var graphs = EmulatorExamples.Model().Graphs().ToList();
        CollectionAssert.AreEquivalent(new[] { "forecast", "tangent", "adjoint" }, graphs.Select(g => g.Graph.Role).ToArray());
        Assert.IsTrue(graphs.All(g => g.Part.Component is Emulator));
    }
}
