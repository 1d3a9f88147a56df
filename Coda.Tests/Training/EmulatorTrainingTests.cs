using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Optimization;
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
    public void AnInterruptedRunGivesTheBitsOfAnUninterruptedOne(int threads)
    {
        using var folder = new TemporaryDirectory();
        var whole = Train("whole");
        for (var step = 1; step <= 5; step++)
        {
            using var loop = new TrainingLoop(EmulatorExamples.Stage(), folder.File("often"), threads: threads);
            Assert.ThrowsExactly<OperationCanceledException>(() => loop.Run(cancellation: new CancellationToken(canceled: true)));
            Assert.AreEqual(step, loop.Step);
        }

        var often = Train("often");
        foreach (var (name, values) in whole.Parts[EmulatorStage.Emulator])
        {
            CollectionAssert.AreEqual(values, often.Parts[EmulatorStage.Emulator][name], name);
        }

        Assert.AreEqual(whole.Validation, often.Validation);

        TrainedWeights Train(string name)
        {
            using var loop = new TrainingLoop(EmulatorExamples.Stage(), folder.File(name), threads: threads);
            return loop.Run();
        }
    }

    [TestMethod]
    public void AShortTrainingForecastsLorenz63AndItsMemoryHasAClimatology()
    {
        using var folder = new TemporaryDirectory();
        var experiment = EmulatorExamples.Experiment with
        {
            Steps = 250, BatchSize = 16, WarmUpSteps = 10, LearningRate = 1e-2, AveragingDecay = 0.9, ValidationInterval = 125, CheckpointInterval = 1000,
            Emulator = EmulatorExamples.Experiment.Emulator! with { Network = new Component("lstm", new() { ["width"] = 16, ["layers"] = 1 }), Length = 10 },
        };
        var stage = EmulatorExamples.Stage(experiment);
        using var loop = new TrainingLoop(stage, folder.File("checkpoint"), threads: 1);
        var trained = loop.Run();
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
        var archive = EmulatorExamples.Twin.Archive();
        var states = new Reanalysis(archive.Description, 3, EmulatorExamples.Twin.Truth().Select(block => Plain(block, spoilt: 40)),
            Enumerable.Range(0, archive.Description.TrajectoryCount).Select(t => (t, new StepRange(0, 40))));
        using var folder = new TemporaryDirectory();
        using var loop = new TrainingLoop(new EmulatorStage(EmulatorExamples.Experiment, archive, states), folder.File("checkpoint"), threads: 1);
        Assert.IsLessThan(1e3, loop.Run().Validation, "the spoilt states are 1e6 large");

        static StateBlock Plain(StateBlock block, long spoilt)
        {
            var values = block.States.ToArray();
            for (var row = 0; row < block.Count && block.FirstStep + row < spoilt; row++)
            {
                values.AsSpan(row * 3, 3).Fill(1e6f);
            }

            return block with { States = values };
        }
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

        static void Refused(string what, Experiment experiment) => Assert.Contains(
            what, Assert.ThrowsExactly<ArgumentException>(() => EmulatorStage.Require(experiment, EmulatorExamples.Twin.Archive())).Message,
            StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public void AnEmulatorTakesTheSimulatorsPlaceAmongTheGraphs()
    {
        var graphs = EmulatorExamples.Model().Graphs().ToList();
        CollectionAssert.AreEquivalent(new[] { "forecast", "tangent", "adjoint" }, graphs.Select(g => g.Graph.Role).ToArray());
        Assert.IsTrue(graphs.All(g => g.Part.Component is Emulator));
    }
}
