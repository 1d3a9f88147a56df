using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Tests.Archives;
using Coda.Tests.Data;
using Coda.Tests.Inference;
using Coda.Tests.Training;
using Coda.Training.Experiments;
using Coda.Training.Optimization;
using Coda.Training.Stages;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Tests.Clusters;

/// <summary>A training over ranks, here threads, is that of one process with as many shares, whatever is trained.</summary>
[TestClass]
[DoNotParallelize]
public sealed class RankTrainingTests
{
    private static readonly Experiment Fitted = TrainingExamples.Experiment with
    {
        WithholdingFraction = 0.3, Reanalysis = new ReanalysisFit { Steps = 6, ModelErrorVariance = 0.01 },
    };

    [TestMethod]
    [DataRow("joint, refined, fitted to the reanalysis", 2, 1)]
    [DataRow("joint, refined, fitted to the reanalysis", 2, 2)]
    [DataRow("sequential analysis", 2, 1)]
    [DataRow("emulator", 2, 1)]
    [DataRow("auto-encoder", 2, 1)]
    [DataRow("score", 2, 1)]
    public void TheBitsAreThoseOfOneProcessWithAsManyThreads(string what, int count, int threads)
    {
        using var folder = new TemporaryDirectory();
        var (twin, experiment, refine) = Of(what);
        SimulateWorkflow.Run(new SimulateJob(twin, folder.File("archive")), new SilentProgress());
        ModelCard Train(string output, IRankGroup ranks, int own)
        {
            using var archive = ParquetArchive.Open(folder.File("archive"));
            return TrainWorkflow.Run(
                new TrainJob(experiment, archive, folder.File(output)) { Threads = own, Ranks = ranks, Refine = refine }, new SilentProgress());
        }

        var expected = Train("one", OneRank.Instance, count * threads);
        var cards = ThreadRanks.Run(count, ranks => Train("ranks", ranks, threads));
        Assert.IsTrue(cards.All(card => card.Files.All(file => file.Value.Sha256 == expected.Files[file.Key].Sha256)), "a graph differs");
        var checkpoints = Directory.GetFiles(folder.File("one"), "*.safetensors", SearchOption.AllDirectories);
        Assert.IsNotEmpty(checkpoints);
        foreach (var file in checkpoints)
        {
            var other = folder.File("ranks", Path.GetRelativePath(folder.File("one"), file));
            CollectionAssert.AreEqual(File.ReadAllBytes(file), File.ReadAllBytes(other), file);
        }

        TrainingHistoryTests.Same(TrainingHistory.Read(folder.File("one"))!, TrainingHistory.Read(folder.File("ranks"))!, but: "seconds");
    }

    [TestMethod]
    public void ItGoesOnWithAnotherNumberOfRanksAloudAndWithAsManySharesInSilence()
    {
        using var folder = new TemporaryDirectory();
        var (archive, path) = (TrainingExamples.Record(), folder.File("checkpoint"));
        var longer = TrainingExamples.Experiment with { Steps = 5 };
        ThreadRanks.Run(2, ranks => Train(longer, archive, path, ranks, 1));
        File.Copy(path, folder.File("other"));
        var same = Train(longer with { Steps = 12 }, archive, path, OneRank.Instance, 2);
        var different = ThreadRanks.Run(3, ranks => Train(longer with { Steps = 12 }, archive, folder.File("other"), ranks, 1));
        Assert.IsFalse(same.Any(note => note.Contains("share")), string.Join('\n', same));
        foreach (var notes in different)
        {
            Assert.IsTrue(
                notes.Any(note => note.Contains("5 steps in 2 shares (threads of all ranks) in place of 3: the result is not, to the bit")), string.Join('\n', notes));
        }

        StringAssert.Contains(Checkpoint.Read(folder.File("other")).Checkpoint.Before[^1], "5 steps in 2 shares");
    }

    [TestMethod]
    public void WhatCannotBeDividedIsRefused()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        string Refused(Experiment experiment, int count) => Assert.ThrowsExactly<ArgumentException>(
            () => ThreadRanks.Run(count, ranks => Train(experiment, archive, folder.File("none"), ranks, 1))).Message;
        StringAssert.Contains(Refused(TrainingExamples.Experiment, 7), "Expected at most 6 ranks, one for each row of a batch, got 7.");
        StringAssert.Contains(
            Refused(TrainingExamples.Experiment with { Network = new Component("unet15", new JsonObject { ["halfWidth"] = 2 }) }, 2), "batch normalization");
    }

    [TestMethod]
    public void RanksThatTrainDifferentThingsAreRefused()
    {
        using var folder = new TemporaryDirectory();
        var archive = TrainingExamples.Record();
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => ThreadRanks.Run(
            2, ranks => Train(TrainingExamples.Experiment with { Seed = (ulong)ranks.Rank }, archive, folder.File("none"), ranks, 1)));
        StringAssert.Contains(fault.Message, "What is trained: expected the same on all 2 ranks");
    }

    private static List<string> Train(Experiment experiment, IObservationArchive archive, string path, IRankGroup ranks, int threads)
    {
        var notes = new List<string>();
        using var loop = new TrainingLoop(new JointStage(experiment, archive), path, threads: threads, notices: new Relay<string>(notes.Add), ranks: ranks);
        loop.Run();
        return notes;
    }

    private static (TwinExperiment Twin, Experiment Experiment, int Refine) Of(string what)
    {
        var lorenz96 = ExampleTwins.Lorenz96(steps: 100, trajectories: 12, fraction: 0.6);
        return what switch
        {
            "sequential analysis" => (lorenz96, CycleExamples.Experiment, 0),
            "emulator" => (EmulatorExamples.Twin, EmulatorExamples.Experiment, 0),
            "auto-encoder" => (lorenz96, LatentExamples.Experiment with
            {
                AutoEncoder = LatentExamples.Experiment.AutoEncoder! with { Teacher = StateTeacher.Reanalysis },
            }, 0),
            "score" => (ScoreExamples.Twin(), ScoreExamples.Experiment with
            {
                Score = ScoreExamples.Experiment.Score! with { Teacher = StateTeacher.Truth },
            }, 0),
            _ => (TrainingExamples.Twin with { TrajectoryCount = 12, StepCount = 100 }, Fitted, 12),
        };
    }
}
