using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Tests.Training;

/// <summary>The last stage of training, which fits the network to smoothed states of the record.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ReanalysisTests
{
    private const int HalfWidth = 3;
    private const int Sites = 4;

    private static readonly Experiment Experiment = TrainingExamples.Experiment with { Reanalysis = new ReanalysisFit { Steps = 7, BatchSize = 4 } };

    [TestMethod]
    public void WhatIsNoReanalysisOfTheRecordIsRefused()
    {
        var record = TrainingExamples.Clock(steps: 6).Description;
        StateBlock Block(long first, int count, int size = Sites, int trajectory = 0, float value = 1) =>
            new(trajectory, first, size, Enumerable.Repeat(value, count * size).ToArray());
        string Refused(params StateBlock[] blocks) => Assert.ThrowsExactly<InvalidDataException>(() => new Reanalysis(record, Sites, blocks)).Message;

        StringAssert.Contains(Refused(Block(0, 5)), "all 6 steps of the record, got 5");
        StringAssert.Contains(Refused(Block(0, 6), Block(5, 1)), "step 5: expected one of finite numbers within the record [0, 6), got a second one");
        StringAssert.Contains(Refused(Block(2, 5)), "step 6: expected one of finite numbers within the record [0, 6), got one outside it");
        StringAssert.Contains(Refused(Block(0, 6, trajectory: 1)), "one outside it");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(
                () => new Reanalysis(record, Sites, [Block(0, 6)], [(0, new StepRange(1, 5))])).Message, "at least half of the record's 6 steps, got 2");
        StringAssert.Contains(Refused(Block(0, 6, size: 3)), "expected analyses of 4 entries, got 3".Replace("expected", "Expected"));
        foreach (var number in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            StringAssert.Contains(Refused(Block(0, 6, value: number)), "a number that is not finite");
        }

        var sound = new Reanalysis(record, Sites, [Block(3, 3, value: 2), Block(0, 3)]);
        CollectionAssert.AreEqual(new float[] { 1, 1, 1, 1 }, sound.State(0, 2).ToArray());
        CollectionAssert.AreEqual(new float[] { 2, 2, 2, 2 }, sound.State(0, 3).ToArray());
        Assert.AreNotEqual(sound.Hash, new Reanalysis(record, Sites, [Block(0, 6)]).Hash);
        sound.Require(record, Sites);
        foreach (var other in new[] { record with { TrajectoryCount = 2 }, record with { Steps = new StepRange(0, 7) } })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => sound.Require(other, Sites)).Message, "take that of the training archive");
        }

        Assert.ThrowsExactly<ArgumentException>(() => sound.Require(record, 5));
    }

    [TestMethod]
    public void ABatchHoldsTheStatesAtBothCentres()
    {
        const int length = 5, count = 9;
        var record = new TrainingRecord(TrainingExamples.Clock(), HalfWidth, length);
        var batch = new TrainingBatch(record, count, length, 0, 1, Sites, reanalysis: Clock(record.Windows.Description));
        for (var step = 0; step < 4; step++)
        {
            batch.Draw(1, step, heldOut: step % 2 == 0, blanking: 0.5);
            for (var row = 0; row < 2 * count; row++)
            {
                for (var entry = 0; entry < Sites; entry++)
                {
                    Assert.AreEqual((1000 * entry) + Centre(batch, row), batch.Observations.Reanalysis![(row * Sites) + entry]);
                }
            }
        }
    }

    [TestMethod]
    public void AWindowDrawnAnewShowsTheStatesWithErrorsOfTheirOwnWhereAnotherWasObserved()
    {
        // Observed at every step k but in sites (k + site) % 3 == 0, so that a window drawn elsewhere betrays itself by its mask.
        const int length = 5, count = 60;
        var archive = TrainingExamples.Clock(steps: 400, isObserved: (step, site) => (step + site) % 3 != 0);
        var record = new TrainingRecord(archive, HalfWidth, length);
        var reanalysis = Clock(archive.Description);
        TrainingBatch Batch(double probability) => new(record, count, length, 0, 1, Sites, reanalysis: reanalysis)
        {
            Redrawn = new RedrawnWindows(
                record, reanalysis, new SiteSelection(archive.Description.Layout, new SiteSelection.Options()), sigma: 0.5, probability, range: null),
        };

        var (elsewhere, errors) = (0, new List<double>());
        var batch = Batch(1);
        for (var step = 0; step < 5; step++)
        {
            batch.Draw(1, step, heldOut: false, blanking: 0);
            for (var row = 0; row < 2 * count; row++)
            {
                var (values, mask) = Window(batch, row);
                var centre = batch.Observations.Reanalysis![row * Sites];
                var seen = Enumerable.Range(0, mask.Length).Where(i => mask.AsSpan(i / Sites * Sites, Sites).Contains(1))
                    .ToArray(); // without steps outside the record
                var phase = Enumerable.Range(0, 3).Single(p => seen.All(i => mask[i] == ((p + (i / Sites) + (i % Sites)) % 3 != 0 ? 1 : 0)));
                elsewhere += phase == (centre - HalfWidth + 300) % 3 ? 0 : 1;
                for (var i = 0; i < mask.Length; i++)
                {
                    var exact = (1000 * (i % Sites)) + centre - HalfWidth + (i / Sites);
                    Assert.IsTrue(mask[i] == 0 ? values[i] == 0 : Math.Abs(values[i] - exact) < 4, $"value {values[i]} at {i}, mask {mask[i]}, exact {exact}");
                    if (mask[i] > 0)
                    {
                        errors.Add(values[i] - exact);
                    }
                }
            }
        }

        Assert.AreEqual(2.0 / 3, elsewhere / (10.0 * count), 0.1, "windows with another's mask");
        Assert.AreEqual(0, errors.Average(), 0.05);
        Assert.AreEqual(0.5, Math.Sqrt(errors.Average(e => e * e)), 0.05);

        foreach (var (probability, heldOut) in new[] { (1.0, true), (0.0, false) })
        {
            batch = Batch(probability);
            batch.Draw(1, 0, heldOut, blanking: 0);
            for (var row = 0; row < 2 * count; row++)
            {
                var (values, mask) = Window(batch, row);
                var centre = batch.Observations.Reanalysis![row * Sites];
                Assert.IsTrue(values.Zip(mask).Select((p, i) => p.Second == 0 || p.First == centre - HalfWidth + (i / Sites))
                    .All(same => same), "expected the record's own observations");
            }
        }
    }

    [TestMethod]
    [DataRow("redrawn")]
    [DataRow("correction and spread")]
    public void AnInterruptedFitGivesTheBitsOfAnUninterruptedOneAndLeavesTheModel(string what)
    {
        var experiment = what == "redrawn"
            ? Experiment with { Reanalysis = Experiment.Reanalysis! with { RedrawProbability = 0.5 } }
            : Experiment with
            {
                Network = new Component("time-channel",
                    new JsonObject { ["halfWidth"] = 4, ["width"] = 8, ["blocks"] = 1, ["kernel"] = 3, ["hasSpread"] = true }),
                WithholdingFraction = 0.4,
                Correction = new Component("pointwise", new JsonObject { ["width"] = 4 }),
            };
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var start = Joint(experiment, archive, folder.File("joint"));
        Assert.IsNull(start.Experiment.Reanalysis);
        var stage = new ReanalysisStage(experiment, archive, start, Truth());
        var expected = Fit(stage, folder.File("once"));
        for (var step = 1; step <= 3; step++)
        {
            using var training = new StageRun(stage, folder.File("often"), threads: 1);
            Assert.ThrowsExactly<OperationCanceledException>(() => training.Run(cancellation: new CancellationToken(canceled: true)));
            Assert.AreEqual(step, training.Step);
        }

        var actual = Fit(stage, folder.File("often"));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder.File("once")), File.ReadAllBytes(folder.File("often")), "expected the same checkpoint");
        foreach (var (name, weights) in expected.NetworkWeights)
        {
            CollectionAssert.AreEqual(weights, actual.NetworkWeights[name], name);
        }

        CollectionAssert.AreEquivalent(start.Parameters.ToArray(), expected.Parameters.ToArray());
        Assert.IsTrue(start.NetworkWeights.Any(p => !p.Value.SequenceEqual(expected.NetworkWeights[p.Key])), "expected another network");
        foreach (var (name, weights) in start.CorrectionWeights)
        {
            CollectionAssert.AreEqual(weights, expected.CorrectionWeights[name], name);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheSpreadIsThatOfTheErrorWhetherTheJointStageHadOneOrNot(bool jointHasSpread)
    {
        static Component Network(bool hasSpread) =>
            new("time-channel", new JsonObject { ["halfWidth"] = 6, ["width"] = 16, ["blocks"] = 1, ["kernel"] = 3, ["hasSpread"] = hasSpread });
        using var folder = new TemporaryDirectory();
        var twin = TrainingExamples.Twin with { StepLength = 0.05, StepCount = 3000, TrajectoryCount = 1 };
        var experiment = TrainingExamples.Experiment with
        {
            Network = Network(jointHasSpread), WithholdingFraction = 0.4, Steps = 60,
            WarmUpSteps = 20, ValidationInterval = 200, CheckpointInterval = 200, AveragingDecay = 0.98,
            Reanalysis = new ReanalysisFit { Steps = 600, LearningRate = 4e-3, Network = Network(hasSpread: true) },
        };
        var archive = TrainingExamples.Record(twin);
        var fitted =
            Fit(new ReanalysisStage(experiment, archive, Joint(experiment, archive, folder.File("joint")),
                new Reanalysis(archive.Description, 8, twin.Truth())), folder.File("c"));
        var (rmse, spread) = TrainingExamples.ScoresWithSpread(fitted, archive, twin);
        Assert.AreEqual(1, spread / rmse, 0.12, $"spread {spread}, RMSE {rmse}");
    }

    [TestMethod]
    public void WhatTheSmootherDidNotGetRightIsNotFitted()
    {
        var record = new TrainingRecord(TrainingExamples.Clock(), HalfWidth, 5);
        var description = record.Windows.Description;
        var states = new StateBlock(0, 0, Sites, Enumerable.Range(0, (int)description.Steps.Count * Sites).Select(i => (float)(i / Sites)).ToArray());
        var batch = new TrainingBatch(record, 50, 5, 0, 1, Sites, reanalysis: new Reanalysis(description, Sites, [states], [(0, new StepRange(40, 100))]));
        batch.Draw(1, 0, heldOut: false, blanking: 0);
        var centres = Enumerable.Range(0, 100).Select(row => batch.Observations.Reanalysis![row * Sites]).ToArray();
        Assert.IsTrue(centres.All(step => step is < 40 or >= 100) && centres.Any(step => step >= 100));

        // The held-out tenth, steps 180 to 200, has no sound state.
        batch = new TrainingBatch(record, 50, 5, 0, 1, Sites, reanalysis: new Reanalysis(description, Sites, [states], [(0, new StepRange(180, 200))]));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => batch.Draw(1, 0, heldOut: true, blanking: 0)).Message, "held-out tenth");
    }

    [TestMethod]
    public void AStageThatWouldFailIsRefusedBeforeTheJointOneBegins()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        string Refused<T>(ReanalysisFit fit)
            where T : Exception =>
            Assert.ThrowsExactly<T>(
                () => new StageRun(new JointStage(TrainingExamples.Experiment with { Reanalysis = fit }, archive), folder.File("c"))).Message;
        StringAssert.Contains(
            Refused<ArgumentException>(new ReanalysisFit { RedrawProbability = 2 }), "reanalysis.RedrawProbability: expected in [0, 1], got 2");
        StringAssert.Contains(Refused<ArgumentException>(new ReanalysisFit { Network = new Component("time-chanel") }), "time-channel");
        StringAssert.Contains(
            Refused<ArgumentException>(new ReanalysisFit { RedrawProbability = 0.5,
                Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 4, ["kernel"] = 3, ["hasSpread"] = true }) }),
            "a network without hasSpread");
        StringAssert.Contains(Refused<InvalidDataException>(
            new ReanalysisFit { Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 400, ["kernel"] = 3 }) }), "401 steps");
        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void AStartOfAnotherRunIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var start = Joint(Experiment, archive, folder.File("joint"));
        string Refused(Experiment experiment, TrainedModel model) => Assert.ThrowsExactly<ArgumentException>(
            () => new StageRun(new ReanalysisStage(experiment, archive, model, Truth()), folder.File("c"))).Message;
        StringAssert.Contains(Refused(Experiment with { Correction = new Component("pointwise") }, start), "Correction: expected");
        StringAssert.Contains(Refused(Experiment, start with { Parameters = new Dictionary<string, double>() }), "Parameters: expected F, got");
        var elsewhere = start with { Context = start.Context with { Locations = [.. start.Context.Locations.Reverse()] } };
        StringAssert.Contains(Refused(Experiment, elsewhere), "Locations: expected those of the experiment's operator");
    }

    [TestMethod]
    public void AStartFromAnotherRecordKeepsItsClimatologyAndItsErrors()
    {
        using var folder = new TemporaryDirectory();
        var start = Joint(Experiment, TrainingExamples.Record(TrainingExamples.Twin with { Seed = 9, Sigma = 0.5 }), folder.File("other"));
        var fitted = Fit(new ReanalysisStage(Experiment, TrainingExamples.Record(), start, Truth()), folder.File("c"));
        Assert.AreSame(start.Context, fitted.Context);
        Assert.AreEqual(0.5, fitted.Context.Sigma);
    }

    [TestMethod]
    public void AStageThatMakesNothingBetterGivesBackWhatItStartedFrom()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var hopeless = Experiment with { Reanalysis = Experiment.Reanalysis! with { LearningRate = 10 } };
        var start = Joint(hopeless, archive, folder.File("joint"));
        var fitted = Fit(new ReanalysisStage(hopeless, archive, start, Truth()), folder.File("c"));
        foreach (var (name, weights) in start.NetworkWeights)
        {
            CollectionAssert.AreEqual(weights, fitted.NetworkWeights[name], name);
        }
    }

    [TestMethod]
    public void AFitGoesOnWithItsOwnStatesOnly()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var start = Joint(Experiment, archive, folder.File("joint"));
        _ = Fit(new ReanalysisStage(Experiment, archive, start, Truth()), folder.File("c"));
        var other = new Reanalysis(
            archive.Description, 8, TrainingExamples.Twin.Truth().Select(b => b with { States = Array.ConvertAll(b.States.ToArray(), x => x + 1) }));
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => new StageRun(new ReanalysisStage(Experiment, archive, start, other), folder.File("c")));
        StringAssert.Contains(fault.Message, "another experiment");
        Assert.ThrowsExactly<InvalidDataException>(() => new StageRun(new ReanalysisStage(Experiment, archive, start, Truth()), folder.File("joint")));
    }

    [TestMethod]
    public void AStageThatTheExperimentLacksOrALossWithoutItsStatesIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var start = Joint(Experiment, archive, folder.File("joint"));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(
                () => new ReanalysisStage(TrainingExamples.Experiment, archive, start, Truth())).Message, "member 'reanalysis'");
        var alone = TrainingExamples.Experiment with { Loss = [new Component("reanalysis-misfit")] };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TrainingSetup(alone, archive)).Message, "compares with a reanalysis");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new TrainingSetup(TrainingExamples.Experiment, archive, Truth())).Message, "(reanalysis-misfit)");
        var fault = Assert.ThrowsExactly<ArgumentException>(() => (Experiment with
        {
            Reanalysis = new ReanalysisFit { Steps = 0, BatchSize = 0, LearningRate = 0, RedrawProbability = 2, ModelErrorVariance = -1 },
        }).Check());
        foreach (var name in new[] { "Steps", "BatchSize", "LearningRate", "RedrawProbability", "ModelErrorVariance" })
        {
            StringAssert.Contains(fault.Message, $"reanalysis.{name}: expected");
        }
    }

    [TestMethod]
    public void ANetworkFittedToGoodStatesIsBetterThanOneFittedToObservations()
    {
        using var folder = new TemporaryDirectory();
        var twin = TrainingExamples.Twin with { StepLength = 0.05, StepCount = 3000, TrajectoryCount = 1 };
        var experiment = TrainingExamples.Experiment with
        {
            Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 6, ["width"] = 24, ["blocks"] = 2, ["kernel"] = 3 }),
            Steps = 250, BatchSize = 24, WarmUpSteps = 20, LearningRate = 4e-3, ParameterLearningRate = 5e-2, RolloutLength = 6, ValidationInterval = 100,
            CheckpointInterval = 100,
            AveragingDecay = 0.98,
            Reanalysis = new ReanalysisFit { Steps = 400, LearningRate = 4e-3, RedrawProbability = 0.5 },
        };
        var archive = TrainingExamples.Record(twin);
        var start = Joint(experiment, archive, folder.File("joint"));
        var fitted = Fit(new ReanalysisStage(experiment, archive, start, new Reanalysis(archive.Description, 8, twin.Truth())), folder.File("c"));
        var (before, after) = (TrainingExamples.Scores(start, archive, twin).Rmse, TrainingExamples.Scores(fitted, archive, twin).Rmse);
        Assert.IsLessThan(0.9 * before, after);
    }

    private static Reanalysis Truth() => new(TrainingExamples.Twin.Describe(), 8, TrainingExamples.Twin.Truth());

    // Entry e at step k is 1000 e + k.
    private static Reanalysis Clock(ArchiveDescription record) => new(record, Sites, [new StateBlock(
        0, 0, Sites, Enumerable.Range(0, (int)record.Steps.Count * Sites).Select(i => (float)((1000 * (i % Sites)) + (i / Sites))).ToArray())]);

    private static TrainedModel Joint(Experiment experiment, MemoryArchive archive, string path)
    {
        using var training = new StageRun(new JointStage(experiment, archive), path, threads: 1);
        return training.Run();
    }

    private static TrainedModel Fit(ReanalysisStage stage, string path)
    {
        using var training = new StageRun(stage, path, threads: 1);
        return training.Run();
    }

    private static (float[] Values, float[] Mask) Window(TrainingBatch batch, int row)
    {
        var size = ((2 * HalfWidth) + 1) * Sites;
        return (batch.Windows.AsSpan(2 * row * size, size).ToArray(), batch.Windows.AsSpan(((2 * row) + 1) * size, size).ToArray());
    }

    private static float Centre(TrainingBatch batch, int row) => Window(batch, row).Values[HalfWidth * Sites];
}
