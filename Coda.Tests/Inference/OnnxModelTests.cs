using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;

namespace Coda.Tests.Inference;

[TestClass]
public sealed class OnnxModelTests
{
    [TestMethod]
    public void AChangedFileIsRefused()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        File.AppendAllText(folder.File(GraphFiles.Forecast), " ");
        var fault = Assert.ThrowsExactly<ModelMismatchException>(() => OnnxModel.Open(folder.Path));
        StringAssert.Contains(fault.Message, GraphFiles.Forecast);
        StringAssert.Contains(fault.Message, "SHA-256");
    }

    [TestMethod]
    public void AMissingModelNamesTheCure()
    {
        using var folder = new TemporaryDirectory();
        var fault = Assert.ThrowsExactly<FileNotFoundException>(() => OnnxModel.Open(folder.Path));
        StringAssert.Contains(fault.Message, "coda train");
    }

    [TestMethod]
    public void SettingsOutOfRangeAreReportedAtOnce()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        var fault = Assert.ThrowsExactly<ArgumentException>(() => OnnxModel.Open(folder.Path, new SessionSettings { Device = "gpu", Threads = 0 }));
        StringAssert.Contains(fault.Message, "cpu, cuda or cuda:n, got gpu");
        StringAssert.Contains(fault.Message, "at least 1, got 0");
    }

    [TestMethod]
    public void AGraphIsFoundByItsRoleWhateverItsFileIsCalled()
    {
        using var folder = new TemporaryDirectory();
        var card = ExampleModels.Write(folder.Path);
        foreach (var role in new[] { ModelRoles.Analysis, ModelRoles.AnalysisStretch, ModelRoles.Forecast, ModelRoles.Tangent, ModelRoles.Adjoint })
        {
            File.Move(folder.File(ModelRoles.FileName(role)), folder.File($"my-{role}.bin"));
            card.Files.Remove(ModelRoles.FileName(role), out var file);
            card.Files.Add($"my-{role}.bin", file! with { Role = role });
        }

        CodaJson.Write(folder.File(ModelFolder.Card), card);
        using var model = OnnxModel.Open(folder.Path);
        Assert.AreEqual("my-forecast.bin", model.Card.FileOf(ModelRoles.Forecast));
        using var hybrid = new HybridModel(model);
        var next = new float[8];
        hybrid.Advance(new float[8], next, 1, steps: 3);
        Assert.IsTrue(next.All(x => x > 0), "the forcing");
        Assert.IsNotNull(hybrid.StartTangent());
        Assert.IsNotNull(hybrid.StartAdjoint());
        using var network = new BoundNetwork(model, readsStretches: true, steps: 4);
        network.Run();
        Assert.IsNotNull(model.OtherRings());
    }

    [TestMethod]
    public void UnknownFilesAndTensorsAreRefused()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path, hasStretch: false);
        using var model = OnnxModel.Open(folder.Path);
        Assert.ThrowsExactly<ModelMismatchException>(() => model.Bind(ModelRoles.AnalysisStretch, [], []));
        var fault = Assert.ThrowsExactly<ModelMismatchException>(() => model.Bind(ModelRoles.Forecast, [new TensorBinding("x", 1, 8)], []));
        StringAssert.Contains(fault.Message, "expected inputs x, got state");
    }

    [TestMethod]
    public void ADisposedModelIsRefused()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        var model = OnnxModel.Open(folder.Path);
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => Bind(model));
    }

    // The tangent model of the ONNX file against central differences of its own forecast.
    [TestMethod]
    public void TheTangentIsTheDerivativeOfTheForecast()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var model = OnnxModel.Open(folder.Path);
        using var tangent = model.Bind(
            ModelRoles.Tangent,
            [new TensorBinding(ModelFolder.State, 1, 8), new TensorBinding(ModelFolder.Perturbations, 1, 8, 8)],
            [new TensorBinding(ModelFolder.NextState, 1, 8), new TensorBinding(ModelFolder.NextPerturbations, 1, 8, 8)]);
        var state = ExampleTwins.Lorenz96(steps: 1).Truth().First().States.Span[..8];
        state.CopyTo(tangent.Input(0));
        for (var k = 0; k < 8; k++)
        {
            tangent.Input(1)[(k * 8) + k] = 1;
        }

        tangent.Run();
        using var forecast = Bind(model);
        const float epsilon = 0.05f;
        for (var k = 0; k < 8; k++)
        {
            var (plus, minus) = (Advance(forecast, state, k, epsilon), Advance(forecast, state, k, -epsilon));
            for (var i = 0; i < 8; i++)
            {
                Assert.AreEqual((plus[i] - minus[i]) / (2 * epsilon), tangent.Output(1)[(k * 8) + i], 1e-3);
            }
        }
    }

    private static float[] Advance(BoundGraph forecast, ReadOnlySpan<float> state, int k, float change)
    {
        state.CopyTo(forecast.Input(0));
        forecast.Input(0)[k] += change;
        forecast.Run();
        return forecast.Output(0).ToArray();
    }

    private static BoundGraph Bind(OnnxModel model) =>
        model.Bind(ModelRoles.Forecast, [new TensorBinding(ModelFolder.State, 1, 8)], [new TensorBinding(ModelFolder.NextState, 1, 8)]);
}
