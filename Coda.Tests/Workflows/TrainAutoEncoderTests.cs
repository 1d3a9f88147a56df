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

/// <summary>An auto-encoder from an archive to analyses, by each teacher, from the library and the command line.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainAutoEncoderTests
{
    private static readonly TemporaryDirectory Folder = new();

    [ClassInitialize]
    public static void Simulate(TestContext _) => SimulateWorkflow.Run(
        new SimulateJob(ExampleTwins.Lorenz96(steps: 100, trajectories: 12, fraction: 0.6), Folder.File("archive")), new SilentProgress());

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    [DataRow(StateTeacher.Truth)]
    [DataRow(StateTeacher.Reanalysis)]
    public void EveryTeacherEndsInAModelThatIsRun(StateTeacher teacher)
    {
        var (name, output) = (Folder.File($"{teacher}"), Folder.File($"{teacher}-analyses"));
        using (var archive = ParquetArchive.Open(Folder.File("archive")))
        {
            var card = TrainWorkflow.Run(new TrainJob(Of(teacher), archive, name) { Threads = 1 }, new SilentProgress());
            Assert.AreEqual("convolutional", card.Network.Name);
        }

        Assert.AreEqual(teacher == StateTeacher.Reanalysis, Directory.Exists(Path.Combine(name, TrainFolder.Reanalysis)));
        var differences = ReferenceCheck.Run(name);
        Assert.IsLessThan(ReferenceCheck.Tolerance, differences["encoder.onnx"]);
        Assert.IsLessThan(ReferenceCheck.Tolerance, differences["decoder.onnx"]);
        CommandRun.InProcess("analyze", "--archive", Folder.File("archive"), "--model", name, "--steps", "0..40", "--output", output).Succeeded();
        CommandRun.InProcess("score", "--archive", Folder.File("archive"), "--analyses", output).Succeeded();
        CommandRun.InProcess("inspect", name).Succeeded();
    }

    [TestMethod]
    public void ARunGoesOnFromItsStatesAndCheckpointAndAnotherStartsFromItsModel()
    {
        using var archive = ParquetArchive.Open(Folder.File("archive"));
        var experiment = Of(StateTeacher.Reanalysis);
        var first = TrainWorkflow.Run(new TrainJob(experiment, archive, Folder.File("once")) { Threads = 1 }, new SilentProgress());
        File.Delete(Folder.File(Path.Combine("once", ModelFolder.Card)));
        var again = TrainWorkflow.Run(new TrainJob(experiment, archive, Folder.File("once")) { Threads = 1 }, new SilentProgress());
        Assert.AreEqual(first.Files["decoder.onnx"].Sha256, again.Files["decoder.onnx"].Sha256);
        var further = TrainWorkflow.Run(
            new TrainJob(Of(StateTeacher.Truth), archive, Folder.File("further")) { Threads = 1, From = Folder.File("once") }, new SilentProgress());
        Assert.AreNotEqual(first.Files["decoder.onnx"].Sha256, further.Files["decoder.onnx"].Sha256);
        var windows = Assert.ThrowsExactly<ModelMismatchException>(() => TrainWorkflow.Run(
            new TrainJob(experiment with { AutoEncoder = null, Name = "windows" }, archive, Folder.File("windows"))
            {
                Threads = 1, From = Folder.File("once"),
            },
            new SilentProgress()));
        StringAssert.Contains(windows.Message, "a network that reads windows");
    }

    [TestMethod]
    public void ATruthThatIsNotThereIsRefused()
    {
        SimulateWorkflow.Run(
            new SimulateJob(ExampleTwins.Lorenz96(steps: 100, trajectories: 12, fraction: 0.6), Folder.File("blind")) { HasTruth = false },
            new SilentProgress());
        using var archive = ParquetArchive.Open(Folder.File("blind"));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(
                () => TrainWorkflow.Run(new TrainJob(Of(StateTeacher.Truth), archive, Folder.File("none")), new SilentProgress())).Message,
            "autoEncoder.teacher");
    }

    private static Experiment Of(StateTeacher teacher) => LatentExamples.Experiment with
    {
        AutoEncoder = LatentExamples.Experiment.AutoEncoder! with { Teacher = teacher },
    };
}
