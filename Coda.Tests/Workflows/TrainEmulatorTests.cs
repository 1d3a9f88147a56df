using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Training;
using Coda.Training.Experiments;
using Coda.Workflows.Progress;
using Coda.Workflows.Simulating;
using Coda.Workflows.Training;

namespace Coda.Tests.Workflows;

/// <summary>An emulator from an archive, cycle by cycle, to the forecast model of every method.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainEmulatorTests
{
    private static readonly TemporaryDirectory Folder = new();
    private static string ModelFolderPath => Folder.File("model");

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        SimulateWorkflow.Run(new SimulateJob(EmulatorExamples.Twin, Folder.File("archive")), new SilentProgress());
        Run(EmulatorExamples.Experiment, ModelFolderPath);
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void EveryCycleLeavesAModelAndTheLastIsTheResult()
    {
        foreach (var folder in new[] { ModelFolderPath, Cycle(0), Cycle(1) })
        {
            var differences = ReferenceCheck.Run(folder);
            CollectionAssert.AreEquivalent(new[] { "forecast.onnx", "tangent.onnx", "adjoint.onnx" }, differences.Keys.ToArray());
            Assert.IsLessThan(ReferenceCheck.Tolerance, differences.Values.Max());
            CommandRun.InProcess("inspect", folder).Succeeded();
        }

        var (last, card) = (ModelFolder.ReadCard(Cycle(1)), ModelFolder.ReadCard(ModelFolderPath));
        Assert.AreEqual(last.Files["forecast.onnx"].Sha256, card.Files["forecast.onnx"].Sha256);
        Assert.AreNotEqual(ModelFolder.ReadCard(Cycle(0)).Files["forecast.onnx"].Sha256, card.Files["forecast.onnx"].Sha256);
        Assert.IsTrue(card.IsEmulator);
        Assert.AreEqual(3 + 16, card.Layout.Size);
        Assert.AreEqual("""{"sites":[0,1,2]}""", card.Operator.Options!.ToJsonString());
    }

    [TestMethod]
    [DataRow(0, "three-dvar")]
    [DataRow(1, """{"name":"three-dvar","options":{"corrected":["x","y","z"]}}""")]
    [DataRow(2, "etkf:members=6,inflation=1.1")]
    [DataRow(3, "enks:members=6,inflation=1.1,lag=5")]
    [DataRow(4, "extended-kalman-filter:modelErrorVariance=0.1")]
    [DataRow(5, "strong-four-dvar:halfWidth=2")]
    public void MethodsTakeItAsTheirModelAndForecastsStartFromTheirAnalyses(int number, string method)
    {
        var output = Folder.File($"analyses-{number}");
        CommandRun.InProcess(
            "analyze", "--archive", Folder.File("archive"), "--model", ModelFolderPath, "--method", method, "--trajectories", "0..2", "--steps", "0..30",
            "--output", output).Succeeded();
        using (var analyses = ParquetArchive.Open(output))
        {
            Assert.IsTrue(analyses.ReadStates(ArchiveTable.Analyses).All(block => block.StateSize == 3 + 16));
        }

        CommandRun.InProcess("score", "--archive", Folder.File("archive"), "--analyses", output).Succeeded();
        CommandRun.InProcess(
            "forecast", "--archive", output, "--model", ModelFolderPath, "--from", "smoothed", "--leads", "0", "0.05", "--every", "0.5").Succeeded();
    }

    [TestMethod]
    public void WithoutAMethodItSaysWhatItIs()
    {
        var failed = CommandRun.InProcess("analyze", "--archive", Folder.File("archive"), "--model", ModelFolderPath);
        Assert.AreNotEqual(0, failed.ExitCode);
        StringAssert.Contains(failed.Error, "emulator of a step");
    }

    [TestMethod]
    public void ARunGoesOnAfterTheLastWholeCycleToTheSameBits()
    {
        var (whole, stopped) = (ModelFolder.ReadCard(ModelFolderPath), Folder.File("stopped"));
        Run(EmulatorExamples.Experiment with { Emulator = EmulatorExamples.Experiment.Emulator! with { Cycles = 1 } }, stopped);
        var first = File.GetLastWriteTimeUtc(Path.Combine(stopped, TrainFolder.Cycle(0), ModelFolder.Card));
        var card = Run(EmulatorExamples.Experiment, stopped);
        Assert.AreEqual(whole.Files["forecast.onnx"].Sha256, card.Files["forecast.onnx"].Sha256);
        Assert.AreEqual(first, File.GetLastWriteTimeUtc(Path.Combine(stopped, TrainFolder.Cycle(0), ModelFolder.Card)), "the first cycle stays");
        Assert.AreEqual(whole.Operator.Options!.ToJsonString(), card.Operator.Options!.ToJsonString());

        // Nothing is left to do, but the folder's own files are made again.
        File.Delete(Path.Combine(stopped, ModelFolder.Card));
        Assert.AreEqual(whole.Files["tangent.onnx"].Sha256, Run(EmulatorExamples.Experiment, stopped).Files["tangent.onnx"].Sha256);
    }

    [TestMethod]
    [DataRow("""{"name":"etfk"}""", "etkf")]
    [DataRow("""{"name":"etkf","options":{"membres":20}}""", "membres")]
    public void AMethodOfLaterCyclesIsRefusedBeforeTheFirst(string method, string expected)
    {
        var fit = EmulatorExamples.Experiment.Emulator! with { FirstMethod = new Component("three-dvar"), Method = CodaJson.Parse<Component>(method, "method", "") };
        var message = Assert.ThrowsExactly<ArgumentException>(() => Run(EmulatorExamples.Experiment with { Emulator = fit }, Folder.File("never"))).Message;
        StringAssert.Contains(message, expected);
        Assert.IsFalse(Directory.Exists(Folder.File("never")));
    }

    [TestMethod]
    public void AnotherStartsFromItsModel()
    {
        using var archive = ParquetArchive.Open(Folder.File("archive"));
        var experiment = EmulatorExamples.Experiment with { Emulator = EmulatorExamples.Experiment.Emulator! with { Cycles = 1 } };
        var further = TrainWorkflow.Run(
            new TrainJob(experiment, archive, Folder.File("further")) { Threads = 1, From = ModelFolderPath }, new SilentProgress());
        Assert.AreEqual("lstm", further.Network.Name);
        var windows = Assert.ThrowsExactly<ModelMismatchException>(() => TrainWorkflow.Run(
            new TrainJob(experiment with { Emulator = null, Name = "windows" }, archive, Folder.File("windows")) { Threads = 1, From = ModelFolderPath },
            new SilentProgress()));
        StringAssert.Contains(windows.Message, "a network that reads windows");
    }

    [TestMethod]
    public void OneFromOutsideWithoutAMemoryIsTrainedAndRun()
    {
        var fit = EmulatorExamples.Experiment.Emulator! with { Network = new Component("affine"), Cycles = 1 };
        var card = Run(EmulatorExamples.Experiment with { Emulator = fit }, Folder.File("affine"));
        Assert.AreEqual(3, card.Layout.Size);
        Assert.IsLessThan(ReferenceCheck.Tolerance, ReferenceCheck.Run(Folder.File("affine")).Values.Max());
        CommandRun.InProcess(
            "analyze", "--archive", Folder.File("archive"), "--model", Folder.File("affine"), "--method", "three-dvar", "--trajectories", "0..1",
            "--output", Folder.File("affine-analyses")).Succeeded();
    }

    [TestMethod]
    public void TheSystemOfTheExperimentAndNotOfTheArchiveMakesTheFirstAnalyses()
    {
        var twin = EmulatorExamples.Twin with
        {
            System = new Component("coupled-lorenz63"), Operator = new Component("site-selection", new() { ["sites"] = new JsonArray(0, 1, 2) }),
        };
        SimulateWorkflow.Run(new SimulateJob(twin, Folder.File("coupled")) { HasTruth = false }, new SilentProgress());
        using var archive = ParquetArchive.Open(Folder.File("coupled"));
        var experiment = EmulatorExamples.Experiment with { Emulator = EmulatorExamples.Experiment.Emulator! with { Cycles = 1 } };
        var card = TrainWorkflow.Run(new TrainJob(experiment, archive, Folder.File("uncoupled")) { Threads = 1 }, new SilentProgress());
        Assert.AreEqual("x, y, z, memory", string.Join(", ", card.Layout.Fields.Select(f => f.Name)));
    }

    private static string Cycle(int cycle) => Path.Combine(ModelFolderPath, TrainFolder.Cycle(cycle));

    private static ModelCard Run(Experiment experiment, string folder)
    {
        using var archive = ParquetArchive.Open(Folder.File("archive"));
        return TrainWorkflow.Run(new TrainJob(experiment, archive, folder) { Threads = 1 }, new SilentProgress());
    }
}
