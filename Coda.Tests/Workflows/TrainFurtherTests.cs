using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Tests.Archives;
using Coda.Tests.Training;
using Coda.Training.Experiments;
using Coda.Workflows.Training;

namespace Coda.Tests.Workflows;

/// <summary>A training that goes on: with more steps, from a model, with shorter rollouts where longer ones blow up.</summary>
[TestClass]
public sealed class TrainFurtherTests
{
    private static readonly TemporaryDirectory Folder = new();

    private static Experiment Small => RecordExperiment.Of(TrainingExamples.Record()) with
    {
        Network = new Component("time-channel", new JsonObject { ["halfWidth"] = 4, ["width"] = 8, ["blocks"] = 1, ["kernel"] = 3 }),
        BatchSize = 6,
        RolloutLength = 4,
        Steps = 12,
        WarmUpSteps = 3,
        ValidationInterval = 4,
        CheckpointInterval = 4,
    };

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        Write("archive", TrainingExamples.Record());
        Write("spring", RecordExperimentTests.Oscillation(600, RecordExperimentTests.Spring(400)));
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void ErrorsOfTheObservationsOwnAreNotOverruledAfterTheJointStage()
    {
        foreach (var hasOwn in (bool[])[true, false])
        {
            var (known, path) = (TrainingExamples.Record(), Folder.File($"own-{hasOwn}"));
            var whole = known.ReadObservations(0, known.Description.Steps);
            var stretch = new ObservationStretch(0, whole.Steps, whole.SiteCount) { Sigma = hasOwn ? new float[whole.Values.Length] : null };
            whole.Values.CopyTo(stretch.Values, 0);
            whole.Mask.CopyTo(stretch.Mask, 0);
            stretch.Sigma?.AsSpan().Fill(0.5f);
            using var archive = ParquetArchive.Create(path, known.Description with { TrajectoryCount = 1 });
            archive.WriteObservations([stretch]);
            var run = new TrainState(new TrainJob(Small with { Sigma = 2 }, archive, Folder.File("none")), new RecordingProgress(), default);
            Assert.AreEqual(hasOwn ? default(double?) : 2, run.Sigma);
        }
    }

    [TestMethod]
    public void AFinishedRunGoesOnWithMoreStepsAndSaysWhereItsBitsDiffer()
    {
        _ = Train("longer", Small);
        var (card, progress) = Train("longer", Small with { Steps = 20 });
        Assert.Contains("Going on after 12 steps of a run of 12", string.Join('\n', progress.Said));
        StringAssert.EndsWith(card.Command, " # after 12 steps of a run of 12, whose learning rates fell faster");
        Assert.IsTrue(new FileInfo(Folder.File("longer", TrainFolder.Checkpoint)).Length > 0);
        var (again, silent) = Train("longer", Small with { Steps = 20 });
        Assert.AreEqual(card.Command, again.Command, "What came before stays known.");
        Assert.DoesNotContain("Going on after", string.Join('\n', silent.Said));
        Assert.Contains(
            "another experiment", Assert.ThrowsExactly<InvalidDataException>(() => Train("longer", Small with { Steps = 19 })).Message, "fewer steps");
    }

    [TestMethod]
    public void WhileTheRatesStillRiseTheBitsAreThoseOfOneRun()
    {
        var rising = Small with { WarmUpSteps = 100 };
        _ = Train("in-two", rising);
        var (two, progress) = Train("in-two", rising with { Steps = 20 });
        var (one, _) = Train("in-one", rising with { Steps = 20 });
        Assert.DoesNotContain("Going on after", string.Join('\n', progress.Said));
        Assert.AreEqual(one.Command, two.Command);
        Assert.AreEqual(ModelFolder.Hash(Folder.File("in-one", ModelFolder.Weights)), ModelFolder.Hash(Folder.File("in-two", ModelFolder.Weights)));
    }

    [TestMethod]
    public void AModelIsTrainedFurtherFromItsWeightsAndParameters()
    {
        var (before, _) = Train("model", Small);
        var (after, progress) = Train("further", Small with { Steps = 6, Parameters = [new("F", 5)] }, Folder.File("model"));
        Assert.Contains("from the model", string.Join('\n', progress.Said));
        Assert.IsLessThanOrEqualTo(before.Scores["validation"], after.Scores["validation"], "The start competes.");
        Assert.AreEqual(before.Parameters["F"], after.Parameters["F"], 0.5, "F goes on from the model's value.");
        var stages = TrainingHistory.Read(Folder.File("further"))!.Stages;
        CollectionAssert.AreEqual(Enumerable.Repeat("joint", 12).Concat(Enumerable.Repeat("joint-2", 6)).ToArray(), stages.ToArray());
        _ = Train("other", Small with { Seed = 3 });
        Assert.Contains("another experiment", Assert.ThrowsExactly<InvalidDataException>(
            () => Train("further", Small with { Steps = 6, Parameters = [new("F", 5)] }, Folder.File("other"))).Message);
    }

    [TestMethod]
    public void RolloutsThatBlowUpAreShortened()
    {
        var experiment = Small with
        {
            System = RecordExperimentTests.Spring(400), Parameters = [], RolloutLength = 50, Network = new Component("time-channel", new JsonObject
            {
                ["halfWidth"] = 4, ["width"] = 8, ["blocks"] = 1,
            }),
        };
        var (card, progress) = Train("shortened", experiment, archive: "spring");
        var said = string.Join('\n', progress.Said);
        Assert.Contains("Training diverged at step", said);
        Assert.Contains("Trying rollouts of 25 steps in place of 50.", said);
        Assert.AreEqual("shorter-rollouts", progress.Warnings.All.Single().Kind);
        var (again, silent) = Train("shortened", experiment, archive: "spring");
        Assert.DoesNotContain("Trying", string.Join('\n', silent.Said), "It goes on with the rollouts that it took to.");
        CollectionAssert.AreEqual(card.Parameters.ToArray(), again.Parameters.ToArray());
        Assert.IsNotEmpty(silent.Warnings.All);
        Assert.HasCount(12, TrainingHistory.Read(Folder.File("shortened"))!.Steps, "What diverged is not told twice.");
        var (_, longer) = Train("shortened", experiment with { Steps = 14 }, archive: "spring");
        Assert.Contains("Going on from step 12 of 14", string.Join('\n', longer.Said));
        Assert.ThrowsExactly<InvalidDataException>(() => Train("shortened", experiment with { RolloutLength = 25 }, archive: "spring"), "another wish");
    }

    private static void Write(string name, IObservationArchive record)
    {
        using var archive = ParquetArchive.Create(Folder.File(name), record.Description);
        archive.WriteObservations(Enumerable.Range(0, record.Description.TrajectoryCount).Select(t => record.ReadObservations(t, record.Description.Steps)));
    }

    private static (ModelCard Card, RecordingProgress Progress) Train(string output, Experiment experiment, string? from = null, string archive = "archive")
    {
        var progress = new RecordingProgress();
        using var record = ParquetArchive.Open(Folder.File(archive));
        return (TrainWorkflow.Run(new TrainJob(experiment, record, Folder.File(output)) { Threads = 1, From = from, Command = "coda train" }, progress),
            progress);
    }
}
