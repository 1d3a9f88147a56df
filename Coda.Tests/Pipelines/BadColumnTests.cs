using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Pipelines;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Tests.Pipelines;

/// <summary>Columns that a model cannot read: the message names the column, what was expected and what was got.</summary>
[TestClass]
public sealed class BadColumnTests
{
    private readonly PipelineExample _example = new();

    private MLContext Context => _example.Context;

    [TestCleanup]
    public void Clean() => _example.Dispose();

    [TestMethod]
    public void AMissingColumn() => Refused(
        Context.Transforms.Forecast(_example.Model, [1], inputColumnName: "Analysis"), Context.Data.LoadFromEnumerable([new Row<float>()]),
        "'Analysis': expected Vector<Single, 8> (8 entries), got none; there are State");

    [TestMethod]
    public void AVectorOfAnotherType() =>
        Refused(Context.Transforms.Forecast(_example.Model, [1]),
            Context.Data.LoadFromEnumerable([new Row<double>()]), "'State': expected Vector<Single, 8> (8 entries), got");

    [TestMethod]
    public void AScalar() =>
        Refused(Context.Transforms.Forecast(_example.Model, [1]),
            Context.Data.LoadFromEnumerable([new { State = 1f }]), "'State': expected Vector<Single, 8> (8 entries), got");

    [TestMethod]
    public void AVectorOfUnknownLength() => Refused(
        Context.Transforms.Forecast(_example.Model, [1]),
            Context.Data.LoadFromEnumerable([new { State = new float[8] }]), "'State': expected Vector<Single, 8> (8 entries), got");

    [TestMethod]
    public void AVectorOfAnotherLength()
    {
        using var archive = _example.Analyses(300, size: 5);
        Refused(Context.Transforms.Forecast(_example.Model, [1]),
            Context.Data.LoadAnalyses(archive), "'State': expected Vector<Single, 8> (8 entries), got Vector<Single, 5>");
    }

    [TestMethod]
    public void WindowsOfAnotherModel()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path, halfWidth: 4);
        using var other = OnnxModel.Open(folder.Path);
        var windows = Context.Data.LoadObservationWindows(_example.Twin.Archive(), other);
        Refused(Context.Transforms.Assimilate(_example.Model),
            windows, "'Observations': expected Vector<Single, 2, 7, 8> (112 entries), got Vector<Single, 2, 9, 8>");
    }

    // As many entries in another shape are another window.
    [TestMethod]
    public void AWindowOfAnotherShape() => Refused(
        Context.Transforms.Assimilate(_example.Model), Context.Data.LoadFromEnumerable([new Turned()]),
        "'Observations': expected Vector<Single, 2, 7, 8> (112 entries), got Vector<Single, 2, 8, 7>");

    [TestMethod]
    public void NotANumber()
    {
        var rows = Enumerable.Range(0, 5).Select(i => new Row<float> { State = [1, 2, 3, i == 3 ? float.NaN : 4, 5, 6, 7, 8] }).ToArray();
        var view = Context.Data.LoadFromEnumerable(rows);
        var transformer = Context.Transforms.Forecast(_example.Model, [1]).Fit(view);
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => PipelineExample.Vectors(transformer.Transform(view), "Forecast"));
        StringAssert.Contains(fault.Message, "Column 'State', row 3: expected finite values, got NaN in entry 3.");
        using var engine = Context.Model.CreatePredictionEngine<Row<float>, Answer>(transformer);
        Assert.ThrowsExactly<InvalidOperationException>(() => engine.Predict(rows[3]));
        Assert.HasCount(8, engine.Predict(rows[2]).Forecast!);
    }

    [TestMethod]
    public void AForecastThatDiverges()
    {
        var view = Context.Data.LoadFromEnumerable([new Row<float> { State = [1e15f, -1e15f, 1e15f, 4, 5, 6, 7, 8] }]);
        var transformer = Context.Transforms.Forecast(_example.Model, [50]).Fit(view);
        var fault = Assert.ThrowsExactly<DivergenceException>(() => PipelineExample.Vectors(transformer.Transform(view), "Forecast"));
        StringAssert.Contains(fault.Message, "from row 0 of a batch: expected finite states, got none at lead");
    }

    [TestMethod]
    public void LeadsThatDoNotRise()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Context.Transforms.Forecast(_example.Model, []));
        Assert.ThrowsExactly<ArgumentException>(() => Context.Transforms.Forecast(_example.Model, [2, 1]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Transforms.Forecast(_example.Model, [1], batchSize: 0));
    }

    [TestMethod]
    public void AMissingGraph()
    {
        File.Delete(Path.Combine(_example.ModelFolder, GraphFiles.Forecast));
        var path = Path.Combine(_example.ModelFolder, ModelFolder.Card);
        var card = Coda.Data.Foundation.CodaJson.Read<ModelCard>(path);
        card.Files.Remove(GraphFiles.Forecast);
        Coda.Data.Foundation.CodaJson.Write(path, card);
        using var model = OnnxModel.Open(_example.ModelFolder);
        var fault = Assert.ThrowsExactly<ModelMismatchException>(() => Context.Transforms.Forecast(model, [1]));
        StringAssert.Contains(fault.Message, "expected a graph for forecast");
    }

    [TestMethod]
    public void AMissingProvider()
    {
        using var model = OnnxModel.Open(_example.ModelFolder, new SessionSettings { Device = "cuda:7" });
        var view = Context.Data.LoadFromEnumerable([new Row<float>()]);
        var transformer = Context.Transforms.Forecast(model, [1]).Fit(view);
        var forecast = transformer.Transform(view);
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => PipelineExample.Vectors(forecast, "Forecast"));
        StringAssert.StartsWith(fault.Message, "Column 'Forecast': Device cuda:7: expected ONNX Runtime's CUDA provider, got");
        StringAssert.Contains(fault.Message, "Microsoft.ML.OnnxRuntime.Gpu");
        using var engine = Context.Model.CreatePredictionEngine<Row<float>, Answer>(transformer);
        Assert.AreEqual(fault.Message, Assert.ThrowsExactly<InvalidOperationException>(() => engine.Predict(new())).Message);

        Context.Model.Save(transformer, view.Schema, _example.File("cuda.zip"));
        using var loaded = Context.Model.CreatePredictionEngine<Row<float>, Answer>(Context.Model.Load(_example.File("cuda.zip"), out _));
        Assert.AreEqual(fault.Message, Assert.ThrowsExactly<InvalidOperationException>(() => loaded.Predict(new())).Message);
    }

    private static void Refused(IEstimator<ITransformer> estimator, IDataView view, string expected)
    {
        var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(view));
        StringAssert.Contains(fault.Message, "Schema mismatch for input column " + expected);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Append(new MLContext().Transforms.CopyColumns("Copy", "Forecast")).Fit(view));
    }

    private sealed class Row<T>
    {
        [VectorType(8)]
        public T[] State { get; set; } = new T[8];
    }

    private sealed class Turned
    {
        [VectorType(2, 8, 7)]
        public float[] Observations { get; set; } = new float[112];
    }

    private sealed class Answer
    {
        public float[]? Forecast { get; set; }
    }
}
