using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Training;
using Coda.Training.Export;

namespace Coda.Tests.Inference;

/// <summary>The correction of a model's folder, by itself.</summary>
[TestClass]
public sealed class LearnedCorrectionTests
{
    // 1 + 1024 rows: more than one batch.
    [TestMethod]
    public void EveryStateOfABlockGetsItsOwnCorrection()
    {
        using var folder = new TemporaryDirectory();
        _ = ModelExport.Write(ModelExamples.With("time-channel"), folder.Path, "");
        using var model = OnnxModel.Open(folder.Path);
        using var correction = new LearnedCorrection(model);
        var random = new CounterRandom(8);
        float[] states = [.. Enumerable.Range(0, 1025 * 8).Select(_ => (float)(3 * random.NextGaussian()))];
        var all = correction.Of(new StateBlock(2, 7, 8, states));
        Assert.AreEqual((2, 7L, 8, 1025), (all.Trajectory, all.FirstStep, all.StateSize, all.Count));
        foreach (var row in new[] { 0, 500, 1024 })
        {
            var one = correction.Of(new StateBlock(2, 7 + row, 8, states.AsMemory(row * 8, 8)));
            ExampleTwins.AssertClose(one.States.ToArray(), all.States.Slice(row * 8, 8).ToArray(), 1e-5);
            Assert.IsGreaterThan(0, one.States.ToArray().Max(Math.Abs));
        }

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => correction.Of(new StateBlock(0, 0, 4, new float[4]))).Message, "8 entries, got 4");
    }

    // One Euler step of the forecast less the bare simulator's is the correction; of a small step, nearly so with any scheme.
    [TestMethod]
    public void ItIsWhatTheForecastAddsToTheSimulator()
    {
        using var folder = new TemporaryDirectory();
        var trained = ModelExamples.With("time-channel");
        _ = ModelExport.Write(trained, folder.Path, "");
        using var model = OnnxModel.Open(folder.Path);
        using var correction = new LearnedCorrection(model);
        using var hybrid = new HybridModel(model);
        float[] state = [.. Enumerable.Range(0, 8).Select(i => 2 + (float)Math.Sin(i))];
        var (corrected, bare) = (new float[8], new float[8]);
        hybrid.Advance(state, corrected, 1);
        new SimulatorModel(trained.Simulator, trained.Parameters).Advance(state, bare, 1);
        var tendency = correction.Of(new StateBlock(0, 0, 8, state)).States.ToArray();
        for (var i = 0; i < 8; i++)
        {
            Assert.AreEqual(tendency[i], (corrected[i] - bare[i]) / 0.02, 0.05 * tendency.Max(Math.Abs));
        }
    }

    [TestMethod]
    public void AModelWithoutACorrectionIsRefused()
    {
        using var folder = new TemporaryDirectory();
        _ = ModelExport.Write(ModelExamples.With("time-channel", null), folder.Path, "");
        using var model = OnnxModel.Open(folder.Path);
        StringAssert.Contains(Assert.ThrowsExactly<ModelMismatchException>(() => new LearnedCorrection(model)).Message, "expected a model with a correction");
    }

    [TestMethod]
    public void AFolderExportedWithoutTheFileNamesTheCure()
    {
        using var folder = new TemporaryDirectory();
        var card = ModelExport.Write(ModelExamples.With("time-channel"), folder.Path, "");
        card.Files.Remove(GraphFiles.Correction);
        CodaJson.Write(folder.File(ModelFolder.Card), card);
        using var model = OnnxModel.Open(folder.Path);
        StringAssert.Contains(
            Assert.ThrowsExactly<ModelMismatchException>(() => new LearnedCorrection(model)).Message, "run the training command of its card again");
    }
}
