using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using Coda.Training.Stages;
using TorchSharp;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>Joint training: reproducible, resumable, frugal, and it learns.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainingLoopTests
{
    private static readonly Experiment Convolutional =
        TrainingExamples.Experiment with { Network = new Component("unet15", new JsonObject { ["halfWidth"] = 2 }), Steps = 6, ValidationInterval = 3 };
    private static readonly Experiment Reduced = TrainingExamples.Experiment with
    {
        Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 4, ["width"] = 16, ["blocks"] = 1, ["kernel"] = 3 }),
        Precision = ConvolutionPrecision.BFloat16,
    };

    private static readonly Experiment LastWeights = TrainingExamples.Experiment with { AveragingDecay = 0, Parameters = [] };

    [TestMethod]
    [DataRow("tape route")]
    [DataRow("correction, LibTorch route")]
    [DataRow("batch normalization")]
    [DataRow("no average, no parameter")]
    [DataRow("reduced precision")]
    public void AnInterruptedRunGivesTheBitsOfAnUninterruptedOne(string what)
    {
        var experiment = what switch
        {
            "tape route" => TrainingExamples.Experiment,
            "correction, LibTorch route" => TrainingExamples.Corrected,
            "batch normalization" => Convolutional,
            "reduced precision" => Reduced,
            _ => LastWeights,
        };
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var (once, often) = (folder.File("once"), folder.File("often"));
        var expected = TrainingExamples.Train(experiment, archive, once);
        for (var step = 1; step <= 5; step++)
        {
            using var training = new StageRun(new JointStage(experiment, archive), often);
            Assert.ThrowsExactly<OperationCanceledException>(() => training.Run(cancellation: new CancellationToken(canceled: true)));
            Assert.AreEqual(step, training.Step);
        }

        TrainingExamples.Same(expected, TrainingExamples.Train(experiment, archive, often));
        CollectionAssert.AreEqual(File.ReadAllBytes(once), File.ReadAllBytes(often), "expected the same checkpoint");
        TrainingExamples.Same(expected, TrainingExamples.Train(experiment, archive, once));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void WhereAGpusMemoryRunsOutTheBatchIsTakenInPartsAloud(bool hasCorrection)
    {
        using var folder = new TemporaryDirectory();
        var (archive, experiment) = (TrainingExamples.Record(), hasCorrection ? TrainingExamples.Corrected : TrainingExamples.Experiment);
        var expected = TrainingExamples.Train(experiment, archive, folder.File("two"), threads: 2);

        // A device with room for three of six rollouts: in the second step, after some of its gradients.
        var (notices, evaluations) = (new List<string>(), 0);
        using var training = new StageRun(new JointStage(experiment, archive), folder.File("parts"), threads: 2, notices: new Notes(notices))
        {
            Evaluating = rows => Fail(rows > 1 && Interlocked.Increment(ref evaluations) > 40),
        };
        var got = training.Run();
        CollectionAssert.AreEqual(
            new[] { "Device cpu: no memory for 3 rollouts at a time (CUDA out of memory. Tried to allocate "
                + "20.00 MiB (GPU 0)); going on with the batch of 6 in 4 parts." },
            notices.Take(1).ToArray());
        Assert.AreEqual(expected.Validation, got.Validation, 1e-3 * expected.Validation);
        for (var i = 0; i < expected.NetworkWeights["in.weight"].Length; i++)
        {
            Assert.AreEqual(expected.NetworkWeights["in.weight"][i], got.NetworkWeights["in.weight"][i], 1e-3);
        }

        static void Fail(bool isFull)
        {
            if (isFull)
            {
                throw new System.Runtime.InteropServices.ExternalException("CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0)\nException raised from "
                    + "malloc");
            }
        }
    }

    [TestMethod]
    public void ABatchInPartsGivesTheBitsOfAsManyThreads()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var notices = new List<string>();
        using var training = new StageRun(new JointStage(TrainingExamples.Experiment, archive), folder.File("parts"), threads: 1, notices: new Notes(notices))
        {
            Evaluating = rows =>
            {
                if (rows > 3)
                {
                    throw new System.Runtime.InteropServices.ExternalException("CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0)");
                }
            },
        };
        TrainingExamples.Same(TrainingExamples.Train(TrainingExamples.Experiment, archive, folder.File("two"), threads: 2), training.Run());
        Assert.HasCount(1, notices);
    }

    [TestMethod]
    public void AGpuTooSmallForOneRolloutIsAnErrorWithACure()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        foreach (var notices in new[] { new Notes([]), null })
        {
            using var training = new StageRun(new JointStage(TrainingExamples.Experiment, archive), folder.File("none"), threads: 1, notices: notices)
            {
                Evaluating = _ => throw new System.Runtime.InteropServices.ExternalException("CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0)"),
            };
            var fault = Assert.ThrowsExactly<InvalidOperationException>(() => training.Run());
            StringAssert.Contains(fault.Message, "expected memory for a batch of 6 rollouts");
            StringAssert.Contains(fault.Message, "smaller batchSize");
            Assert.AreEqual(notices is null ? 0 : 3, notices?.Lines.Count ?? 0); // 1, 2, 4, 6 parts
        }
    }

    [TestMethod]
    public void AnotherSeedGivesOtherWeights()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var one = TrainingExamples.Train(TrainingExamples.Experiment, archive, folder.File("1"));
        var two = TrainingExamples.Train(TrainingExamples.Experiment with { Seed = 2 }, archive, folder.File("2"));
        CollectionAssert.AreNotEqual(one.NetworkWeights["in.weight"], two.NetworkWeights["in.weight"]);
        Assert.AreNotEqual(one.Validation, two.Validation);
    }

    [TestMethod]
    public void TheReleasedWeightsAreThoseOfTheBestLook()
    {
        // A learning rate that makes things worse: the first look is the best one.
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var worsening = TrainingExamples.Experiment with { LearningRate = 0.05, WarmUpSteps = 0, Steps = 16, ValidationInterval = 1, AveragingDecay = 0 };
        var looks = new List<double>();
        using var training = new StageRun(new JointStage(worsening, archive), folder.File("c"));
        TrainedModel? model = null;
        while (model is null)
        {
            try
            {
                model = training.Run(cancellation: new CancellationToken(canceled: training.Step < 15));
            }
            catch (OperationCanceledException)
            {
            }

            looks.Add(Checkpoint.Read(folder.File("c")).Checkpoint.Validation!.Value);
        }

        Assert.IsTrue(looks.Min() < looks[^1], "expected the last look not to be the best");
        Assert.AreEqual(looks.Min(), model.Validation);
    }

    [TestMethod]
    public void PatienceStopsARunThatNoLongerImproves()
    {
        using var folder = new TemporaryDirectory();
        var hopeless =
            TrainingExamples.Experiment with { LearningRate = 0.05, WarmUpSteps = 0, Steps = 500, ValidationInterval = 1, Patience = 3, AveragingDecay = 0 };
        using var training = new StageRun(new JointStage(hopeless, TrainingExamples.Record()), folder.File("c"));
        var model = training.Run();
        Assert.IsTrue(training.Step is > 3 and < 400, $"{training.Step} steps");
        var last = Checkpoint.Read(folder.File("c")).Checkpoint;
        Assert.AreEqual((training.Step, 3, model.Validation), (last.Step, last.LooksSinceBest, last.BestValidation));
        using var best = new StageRun(new JointStage(hopeless, TrainingExamples.Record()), folder.File("d"));
        while (best.Step < training.Step - 3)
        {
            Assert.ThrowsExactly<OperationCanceledException>(() => best.Run(cancellation: new CancellationToken(canceled: true)));
        }

        Assert.AreEqual(0, Checkpoint.Read(folder.File("d")).Checkpoint.LooksSinceBest, "expected the best look three looks before the end");
    }

    [TestMethod]
    public void TheReleasedWeightsFollowThoseTrained()
    {
        using var folder = new TemporaryDirectory();
        foreach (var decay in new[] { 0, 0.5 })
        {
            var (path, experiment) =
                (folder.File($"{decay}"), TrainingExamples.Corrected with { AveragingDecay = decay, WarmUpSteps = 0, LearningRate = 1e-3 });
            _ = TrainingExamples.Train(experiment, TrainingExamples.Record(), path);
            var arrays = Checkpoint.Read(path).Arrays;
            foreach (var (name, trained) in arrays.Where(
                p => p.Key.StartsWith("network.", StringComparison.Ordinal) || p.Key.StartsWith("correction.", StringComparison.Ordinal)))
            {
                var averaged = arrays[name.Replace("network.", "averaged.").Replace("correction.", "averaged-correction.")];
                Assert.AreEqual(decay == 0, trained.SequenceEqual(averaged), $"{name} at decay {decay}");
                Assert.IsTrue(trained.Any(w => w != 0) && averaged.Any(w => w != 0), $"{name}: expected weights to have moved");
            }
        }
    }

    [TestMethod]
    public void DivergenceStopsAtTheFirstLossThatIsNotFiniteAndKeepsTheCheckpoint()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.File("c");
        var diverging = TrainingExamples.Experiment with { LearningRate = 1e30, WarmUpSteps = 0, CheckpointInterval = 1, ValidationInterval = 100 };
        using var training = new StageRun(new JointStage(diverging, TrainingExamples.Record()), path);
        var fault = Assert.ThrowsExactly<DivergenceException>(() => training.Run());
        StringAssert.Contains(fault.Message, $"diverged at step {training.Step}:");
        StringAssert.Contains(fault.Message, path);
        StringAssert.Contains(fault.Message, "Lower the learning rates");
        Assert.IsGreaterThan(0, training.Step);
        Assert.AreEqual(training.Step, Checkpoint.Read(path).Checkpoint.Step);
    }

    [TestMethod]
    public void DivergenceBeforeTheFirstCheckpointSaysThatThereIsNone()
    {
        using var folder = new TemporaryDirectory();
        var diverging = TrainingExamples.Experiment with { LearningRate = 1e30, WarmUpSteps = 0 };
        using var training = new StageRun(new JointStage(diverging, TrainingExamples.Record()), folder.File("c"));
        StringAssert.Contains(Assert.ThrowsExactly<DivergenceException>(() => training.Run()).Message, "There is no checkpoint yet");
        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void DivergenceSeenAtALookIsDivergenceToo()
    {
        using var folder = new TemporaryDirectory();
        var diverging = TrainingExamples.Experiment with { LearningRate = 1e30, WarmUpSteps = 0, ValidationInterval = 1, CheckpointInterval = 1 };
        using var training = new StageRun(new JointStage(diverging, TrainingExamples.Record()), folder.File("c"));
        StringAssert.Contains(Assert.ThrowsExactly<DivergenceException>(() => training.Run()).Message, "diverged at step 1:");
        Assert.IsFalse(File.Exists(folder.File("c")));
    }

    [TestMethod]
    public void NoTensorOutlivesARun()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        foreach (var experiment in new[] { TrainingExamples.Experiment, TrainingExamples.Corrected })
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var (before, path) = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, folder.File(Guid.NewGuid().ToString()));
            var total = Tensor.TotalCount;
            long Owned(int steps)
            {
                using var training = new StageRun(new JointStage(experiment with { Steps = 40 }, archive), path);
                for (var step = 0; step < steps; step++)
                {
                    Assert.ThrowsExactly<OperationCanceledException>(() => training.Run(cancellation: new CancellationToken(canceled: true)));
                }

                return DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
            }

            Assert.AreEqual(Owned(1), Owned(10), "expected as many tensors after ten steps as after one");
            Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            Assert.IsLessThanOrEqualTo(total, Tensor.TotalCount);
        }
    }

    [TestMethod]
    public void TrainingReadsNoWithheldObservation()
    {
        using var folder = new TemporaryDirectory();
        var archive = new InputOnly(TrainingExamples.Record(TrainingExamples.Twin with { Withheld = new Withholding(0.1, 3) }));
        _ = TrainingExamples.Train(TrainingExamples.Experiment, archive, folder.File("c"));
        Assert.IsGreaterThan(0, archive.Reads);
    }

    [TestMethod]
    public void ProgressTellsTermsParametersAndSpeed()
    {
        using var folder = new TemporaryDirectory();
        var told = new List<TrainingProgress>();
        using var training = new StageRun(new JointStage(TrainingExamples.Experiment, TrainingExamples.Record()), folder.File("c"));
        var model = training.Run(new Listener(told));
        var last = told[^1];
        Assert.AreEqual((12, 12), (last.Step, last.Steps));
        CollectionAssert.AreEqual(new[] { "data-misfit", "consistency" }, last.Terms.Keys.ToArray());
        Assert.IsTrue(last.Parameters.ContainsKey("F") && last.StepsPerSecond > 0 && last.Validation is not null);
        Assert.AreEqual(12, training.Step);
        Assert.AreEqual(TrainingExamples.Experiment, model.Experiment);
    }

    [TestMethod]
    public void ASmallNetworkLearnsStatesAndForcingFromObservationsAlone()
    {
        using var folder = new TemporaryDirectory();
        var twin = TrainingExamples.Twin with { StepLength = 0.05, StepCount = 3000, TrajectoryCount = 1 };
        var experiment = TrainingExamples.Experiment with
        {
            Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 6, ["width"] = 24, ["blocks"] = 2, ["kernel"] = 3 }),
            Steps = 500, BatchSize = 24, WarmUpSteps = 20, LearningRate = 4e-3, ParameterLearningRate = 5e-2, RolloutLength = 6, ValidationInterval = 100,
            CheckpointInterval = 100,
            AveragingDecay = 0.98,
        };
        var archive = TrainingExamples.Record(twin);
        var path = folder.File("c");
        using var training = new StageRun(new JointStage(experiment, archive), path);
        var first = double.NaN;
        var model = training.Run(new Listener(progress => first = double.IsNaN(first) && progress.Validation is { } v ? v : first));
        var final = Checkpoint.Read(path).Checkpoint;
        Assert.IsLessThan(0.95 * first, model.Validation, "held-out loss after the first look and at the best");
        Assert.AreEqual(final.BestValidation, model.Validation);
        Assert.AreEqual(8, model.Parameters["F"], 0.8, "forcing, from 6");

        var (rmse, climatology) = TrainingExamples.Scores(model, archive, twin);
        Assert.IsLessThan(0.35 * climatology,
            rmse, $"analysis RMSE {rmse} against {climatology} of the climatology, F = {model.Parameters["F"]}, validation {first} to {model.Validation}");
    }

    /// <summary>Refuses to give anything but what analyses and training may use.</summary>
    private sealed class InputOnly(IObservationArchive inner) : IObservationArchive
    {
        private int _reads;

        public int Reads => _reads;

        public ArchiveDescription Description => inner.Description;

        public ObservationStretch ReadObservations(int trajectory, StepRange steps, ObservationSubset which = ObservationSubset.Input)
        {
            Assert.AreEqual(ObservationSubset.Input, which);
            Interlocked.Increment(ref _reads);
            return inner.ReadObservations(trajectory, steps, which);
        }
    }

    private sealed class Listener(Action<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public Listener(List<TrainingProgress> list)
            : this(list.Add)
        {
        }

        public void Report(TrainingProgress value) => told(value);
    }

    private sealed class Notes(List<string> lines) : IProgress<string>
    {
        public List<string> Lines => lines;

        public void Report(string value) => lines.Add(value);
    }
}
