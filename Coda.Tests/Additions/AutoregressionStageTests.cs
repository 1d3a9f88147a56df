using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Training;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Networks;
using Coda.Training.Optimization;

namespace Coda.Tests.Additions;

/// <summary>A stage from outside, with a part of its own, is trained, stopped and gone on with by the loop, exported and checked, all as they stand.</summary>
[TestClass]
public sealed class AutoregressionStageTests
{
    private static readonly Experiment Settings = new()
    {
        Steps = 300, BatchSize = 32, LearningRate = 0.02, ParameterLearningRate = 0.02, WarmUpSteps = 10, ValidationInterval = 50, CheckpointInterval = 100,
        AveragingDecay = 0.9,
    };

    [TestMethod]
    public void ItFindsTheLineAndGoesOnToTheSameBits()
    {
        using var folder = new TemporaryDirectory();
        var twin = new TwinExperiment { StepCount = 300, ObservingNetwork = new("random-fraction", new() { ["fraction"] = 1.0 }), Sigma = 0.01 };
        var archive = new Coda.Data.Archives.MemoryArchive(twin.Describe(), twin.Observations());
        var whole = Train("whole");
        Assert.AreEqual(1, whole.Parts["line"]["slope"][0], 0.1, "consecutive values of Lorenz-96 are much alike");
        Assert.IsTrue(whole.Validation < 1, $"{whole.Validation}");
        Assert.IsTrue(whole.Numbers["c"] is >= 0 and <= 0.25);

        for (var stop = 0; stop < 3; stop++)
        {
            using var loop = new TrainingLoop(new AutoregressionStage(archive, Settings), folder.File("often"), threads: 2);
            Assert.ThrowsExactly<OperationCanceledException>(() => loop.Run(cancellation: new CancellationToken(canceled: true)));
            Assert.AreEqual(stop + 1, loop.Step);
        }

        var often = Train("often");
        CollectionAssert.AreEqual(whole.Parts["line"]["slope"], often.Parts["line"]["slope"]);
        Assert.AreEqual(whole.Numbers["c"], often.Numbers["c"]);

        TrainedWeights Train(string name)
        {
            using var loop = new TrainingLoop(new AutoregressionStage(archive, Settings), folder.File(name), threads: 2);
            return loop.Run();
        }
    }

    [TestMethod]
    public void ItsPartIsExportedWithTheModelCheckedAndRun()
    {
        using var folder = new TemporaryDirectory();
        var weights = new Dictionary<string, float[]> { ["slope"] = [0.5f], ["offset"] = [2] };
        var model = ModelExamples.With("time-channel");
        model = model with { Parts = [.. model.Parts, new ModelPart("line", new AutoregressionStage.Line(), weights)] };
        var card = ModelExport.Write(model, folder.Path, "");
        Assert.AreEqual("guess.onnx", card.FileOf(AutoregressionStage.Line.Guess));
        CollectionAssert.AreEqual(weights["slope"], TensorFile.Read(folder.File(ModelFolder.Weights)).Arrays["line.slope"]);
        Assert.Contains("guess.onnx", ReferenceCheck.Run(folder.Path).Keys);
        using (var opened = OnnxModel.Open(folder.Path))
        using (var run = opened.Bind(AutoregressionStage.Line.Guess, [new("state", 1, 8)], [new("guess", 1, 8)]))
        {
            run.Input(0).Fill(6);
            run.Run();
            Assert.IsTrue(run.Output(0).ToArray().All(x => x == 5));
        }

        weights["offset"] = [float.NaN];
        Assert.Contains("line weight 'offset'", Assert.ThrowsExactly<DivergenceException>(() => ModelExport.Write(model, folder.Path, "")).Message);
        weights["offset"] = [3];
        var headless = model with { Parts = [.. model.Parts.Skip(1)] };
        Assert.Contains("an assimilation network, an auto-encoder, an emulator or a score among its parts, got correction, line",
            Assert.ThrowsExactly<ArgumentException>(() => ModelExport.Write(headless, folder.Path, "")).Message);
        using (var stream = File.Create(folder.File("guess.onnx")))
        {
            model.Graph(AutoregressionStage.Line.Guess).Write(stream, "");
        }

        card.Files["guess.onnx"] = card.Files["guess.onnx"] with { Sha256 = ModelFolder.Hash(folder.File("guess.onnx")) };
        CodaJson.WriteWithDigest(folder.File(ModelFolder.Card), card);
        Assert.Contains(
            "guess.onnx: expected what LibTorch computed", Assert.ThrowsExactly<ModelMismatchException>(() => ReferenceCheck.Run(folder.Path)).Message);
    }
}
