using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Inference;
using Coda.Training.Experiments;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Tests.Workflows;

/// <summary>A score from an archive to samples, by each teacher, from the library and the command line.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainScoreTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void Simulate(TestContext _) => SimulateWorkflow.Run(
        new SimulateJob(ScoreExamples.Twin(), Folder.File("archive")), new SilentProgress());

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    [DataRow(StateTeacher.Truth)]
    [DataRow(StateTeacher.Reanalysis)]
    public void EveryTeacherEndsInAModelThatIsRun(StateTeacher teacher)
    {
        var (name, output, members) = (Folder.File($"{teacher}"), Folder.File($"{teacher}-analyses"), Folder.File($"{teacher}-members"));
        using (var archive = ParquetArchive.Open(Folder.File("archive")))
        {
            var card = TrainWorkflow.Run(new TrainJob(Of(teacher), archive, name) { Threads = 1 }, new SilentProgress());
            Assert.AreEqual(4, card.SegmentSteps);
        }

        Assert.AreEqual(teacher == StateTeacher.Reanalysis, Directory.Exists(Path.Combine(name, TrainFolder.Reanalysis)));
        Assert.IsLessThan(ReferenceCheck.Tolerance, ReferenceCheck.Run(name)["score.onnx"]);
        CommandRun.InProcess(
            "analyze", "--archive", Folder.File("archive"), "--model", name, "--set", "members=4", "levels=4", "--trajectories", "0..2", "--output", output)
            .Succeeded();
        CommandRun.InProcess("score", "--archive", Folder.File("archive"), "--analyses", output).Succeeded();
        CommandRun.InProcess(
            "analyze", "--archive", Folder.File("archive"), "--model", name, "--set", "members=4", "levels=4", "--trajectories", "0..2", "--members", "4",
            "--output", members).Succeeded();
        CommandRun.InProcess("distance", "--reference", members, "--analyses", members).Succeeded();
        StringAssert.Contains(CommandRun.InProcess("inspect", name).Succeeded().Output, "score of stretches");
    }

    [TestMethod]
    public void ARunGoesOnFromItsStatesAndCheckpointAndAnotherStartsFromItsModel()
    {
        using var archive = ParquetArchive.Open(Folder.File("archive"));
        var experiment = Of(StateTeacher.Reanalysis);
        var first = TrainWorkflow.Run(new TrainJob(experiment, archive, Folder.File("once")) { Threads = 1 }, new SilentProgress());
        File.Delete(Folder.File(Path.Combine("once", ModelFolder.Card)));
        var again = TrainWorkflow.Run(new TrainJob(experiment, archive, Folder.File("once")) { Threads = 1 }, new SilentProgress());
        Assert.AreEqual(first.Files["score.onnx"].Sha256, again.Files["score.onnx"].Sha256);
        var further = TrainWorkflow.Run(
            new TrainJob(Of(StateTeacher.Truth), archive, Folder.File("further")) { Threads = 1, From = Folder.File("once") }, new SilentProgress());
        Assert.AreNotEqual(first.Files["score.onnx"].Sha256, further.Files["score.onnx"].Sha256);
        var windows = Assert.ThrowsExactly<ModelMismatchException>(() => TrainWorkflow.Run(
            new TrainJob(experiment with { Score = null, Name = "windows" }, archive, Folder.File("windows")) { Threads = 1, From = Folder.File("once") },
            new SilentProgress()));
        StringAssert.Contains(windows.Message, "a network that reads windows");
    }

    [TestMethod]
    public void ATruthThatIsNotThereIsRefused()
    {
        SimulateWorkflow.Run(new SimulateJob(ScoreExamples.Twin(), Folder.File("blind")) { HasTruth = false }, new SilentProgress());
        using var archive = ParquetArchive.Open(Folder.File("blind"));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(
                () => TrainWorkflow.Run(new TrainJob(Of(StateTeacher.Truth), archive, Folder.File("none")), new SilentProgress())).Message,
            "score.teacher");
    }

    private static Experiment Of(StateTeacher teacher) =>
        ScoreExamples.Experiment with { Score = ScoreExamples.Experiment.Score! with { Teacher = teacher } };
}
