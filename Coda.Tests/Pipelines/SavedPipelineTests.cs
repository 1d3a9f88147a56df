using Coda.Data.Cards;
using Coda.Pipelines;
using Coda.Tests.Inference;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Tests.Pipelines;

/// <summary>Pipelines in ML.NET's own model files.</summary>
[TestClass]
public sealed class SavedPipelineTests
{
    private readonly PipelineExample _example = new();

    private string Path => _example.File("pipeline.zip");

    [TestCleanup]
    public void Clean() => _example.Dispose();

    [TestMethod]
    public void ALoadedPipelineGivesWhatTheSavedOneGave()
    {
        using var archive = _example.Observations();
        var windows = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        var transformer = Pipeline().Fit(windows);
        var before = transformer.Transform(windows);
        _example.Context.Model.Save(transformer, windows.Schema, Path);

        var context = new MLContext(2); // knows nothing of Coda
        var loaded = context.Model.Load(Path, out var schema);
        var after = loaded.Transform(windows);
        Assert.AreEqual(Text(windows.Schema), Text(schema));
        Assert.AreEqual(Text(before.Schema), Text(after.Schema));
        ExampleTwins.AssertClose(PipelineExample.Vectors(before, "Analysis"), PipelineExample.Vectors(after, "Analysis"), 1e-5);
        ExampleTwins.AssertClose(PipelineExample.Vectors(before, "Forecast"), PipelineExample.Vectors(after, "Forecast"), 1e-4);
        ExampleTwins.AssertClose(PipelineExample.Vectors(before, "Features"), PipelineExample.Vectors(after, "Features"), 1e-4);
        CollectionAssert.AreEqual(before.GetColumn<long>("Step").ToArray(), after.GetColumn<long>("Step").ToArray());
        using var engine = context.Model.CreatePredictionEngine<Window, Prediction>(loaded);
        var row = windows.GetColumn<float[]>("Observations").ElementAt(100);
        ExampleTwins.AssertClose(before.GetColumn<float[]>("Analysis").ElementAt(100), engine.Predict(new Window { Observations = row }).Analysis!, 1e-5);

        static string Text(DataViewSchema schema) => string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => $"{c.Name} {c.Type}"));
    }

    // ML.NET's own loader makes another pipeline of some of these, and never comes back from others.
    [TestMethod]
    [Timeout(60_000)]
    public void ADamagedPipelineIsRefusedOrGivesTheSame()
    {
        Save();
        var (bytes, before, refused) = (File.ReadAllBytes(Path), Predict(Path), 0);
        var places = Enumerable.Range(0, 24).Select(i => (int)((i + .5) / 24 * bytes.Length)).ToArray();
        foreach (var place in places)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[place] ^= 8;
            File.WriteAllBytes(Path, damaged);
            try
            {
                CollectionAssert.AreEqual(before, Predict(Path), $"byte {place}");
            }
            catch (InvalidDataException fault) when (fault.Message.EndsWith("Save it anew, or restore it from a copy.", StringComparison.Ordinal))
            {
                StringAssert.StartsWith(fault.Message, $"{Path}: expected a pipeline as ML.NET saved it, got ");
                refused++;
            }
            catch (Exception fault) when (fault.GetBaseException() is FormatException)
            {
                // An entry's name, which no checksum covers: ML.NET says itself that one is missing.
            }
        }

        Assert.IsGreaterThan(places.Length / 2, refused);
    }

    [TestMethod]
    public void ALoadedPipelineCanBeSavedAgain()
    {
        Save();
        var (context, again) = (new MLContext(2), _example.File("again.zip"));
        context.Model.Save(context.Model.Load(Path, out var schema), schema, again);
        CollectionAssert.AreEqual(Predict(Path), Predict(again));
    }

    [TestMethod]
    public void ATrainedPredictorIsSavedWithIt()
    {
        using var archive = _example.Observations();
        var context = _example.Context;
        var windows = context.Data.LoadObservationWindows(archive, _example.Model);
        var pipeline = Pipeline()
            .Append(context.Transforms.CustomMapping(new OddStepFactory().GetMapping(), OddStepFactory.Contract))
            .Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression());
        var transformer = pipeline.Fit(windows);
        context.Model.Save(transformer, windows.Schema, Path);
        var loaded = new MLContext(2).Model.Load(Path, out _);
        ExampleTwins.AssertClose(
            transformer.Transform(windows).GetColumn<float>("Probability").ToArray(), loaded.Transform(windows).GetColumn<float>("Probability").ToArray(),
            1e-4);
    }

    [TestMethod]
    public void AMovedModelIsNamedAndCanBeFoundAgain()
    {
        Save();
        var before = Predict(Path);
        Directory.Move(_example.ModelFolder, _example.File("elsewhere"));
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => Predict(Path));
        StringAssert.Contains(fault.Message, "Column 'Analysis'");
        StringAssert.Contains(
            fault.Message, $"expected {GraphFiles.Analysis} with SHA-256 {_example.Model.Card.Files[GraphFiles.Analysis].Sha256} in "
                + $"'{_example.ModelFolder}', got");
        StringAssert.Contains(fault.Message, "CODA_MODELS");

        Directory.CreateDirectory(_example.File("models"));
        Directory.Move(_example.File("elsewhere"), System.IO.Path.Combine(_example.File("models"), "model"));
        try
        {
            Environment.SetEnvironmentVariable("CODA_MODELS", _example.File("models"));
            CollectionAssert.AreEqual(before, Predict(Path));
        }
        finally
        {
            Environment.SetEnvironmentVariable("CODA_MODELS", null);
        }
    }

    [TestMethod]
    [DataRow(GraphFiles.Analysis)]
    [DataRow(ModelFolder.Card)]
    public void AMovedFileIsNamed(string file)
    {
        Save();
        File.Move(System.IO.Path.Combine(_example.ModelFolder, file), _example.File(file));
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => Predict(Path));
        StringAssert.StartsWith(fault.Message, $"Column 'Analysis': expected {GraphFiles.Analysis} with SHA-256 ");
        StringAssert.Contains(fault.Message, file);
        StringAssert.Contains(fault.Message, ", got: ");
    }

    // In ML.NET's own words; the saved chain copies its input to a column of a fixed name first.
    [TestMethod]
    public void ALoadedPipelineRefusesOtherColumns()
    {
        Save();
        var data = _example.Context.Data;
        var loaded = _example.Context.Model.Load(Path, out _);
        var missing = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => loaded.GetOutputSchema(data.LoadFromEnumerable([new { Windows = 1f }]).Schema));
        StringAssert.Contains(missing.Message, "'Observations'");
        foreach (var (view, got) in new[] { (data.LoadFromEnumerable([new { Observations = 1.0 }]), "'Double'"),
            (data.LoadFromEnumerable([new DoubleWindow()]), "'Vector<Double, 2, 7, 8>'") })
        {
            var wrong = Assert.ThrowsExactly<InvalidOperationException>(() => loaded.Transform(view));
            StringAssert.Contains(wrong.Message, $"column 'coda.input' of type {got}");
            StringAssert.Contains(wrong.Message, "System.Single");
        }
    }

    [TestMethod]
    public void AChangedFileIsNamed()
    {
        Save();
        File.AppendAllText(System.IO.Path.Combine(_example.ModelFolder, GraphFiles.Analysis), " ");
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => Predict(Path));
        StringAssert.Contains(fault.Message, "Column 'Analysis'");
        StringAssert.Contains(fault.Message, "the file was changed after its export");
    }

    [TestMethod]
    public void AModelThatWasTrainedAgainIsNamed()
    {
        Save();
        var saved = _example.Model.Card.Files[GraphFiles.Analysis].Sha256;
        var got = ExampleModels.Write(_example.ModelFolder, options: new() { HalfWidth = 3, Width = 7, Blocks = 1, Kernel = 3 }).Files[
            GraphFiles.Analysis].Sha256;
        Assert.AreNotEqual(saved, got);
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => Predict(Path));
        StringAssert.Contains(fault.Message, $"expected {GraphFiles.Analysis} with SHA-256 {saved}");
        StringAssert.Contains(fault.Message, $"got: {got}");
    }

    [TestMethod]
    public void RowsOfAnotherLengthAreNamed()
    {
        Save();
        var context = new MLContext(2);
        using var engine = context.Model.CreatePredictionEngine<OtherWindow, Prediction>(context.Model.Load(Path, out _));
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => engine.Predict(new OtherWindow { Observations = new float[144] }));
        StringAssert.Contains(fault.Message, "Column 'Observations', row 0: expected a vector of 112 values, got 144.");
    }

    [TestMethod]
    public void WhatIsTooLongToBeSavedIsNamed()
    {
        using var archive = _example.Analyses(300);
        var analyses = _example.Context.Data.LoadAnalyses(archive);
        var transformer = _example.Context.Transforms.Forecast(_example.Model, [.. Enumerable.Range(0, (1 << 17) + 1)]).Fit(analyses);
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => _example.Context.Model.Save(transformer, analyses.Schema, Path));
        StringAssert.Contains(fault.Message, "Column 'Forecast': expected at most 1048576 entries in a pipeline to be saved, got 1048584.");
    }

    private IEstimator<ITransformer> Pipeline() => _example.Context.Transforms.Assimilate(_example.Model, "Analysis")
        .Append(_example.Context.Transforms.Forecast(_example.Model, [1, 3], inputColumnName: "Analysis"))
        .Append(_example.Context.Transforms.Concatenate("Features", "Analysis", "Forecast"));

    private void Save()
    {
        using var archive = _example.Observations();
        var windows = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        _example.Context.Model.Save(_example.Context.Transforms.Assimilate(_example.Model, "Analysis").Fit(windows), windows.Schema, Path);
    }

    private static float[] Predict(string path)
    {
        var context = new MLContext(3);
        using var engine = context.Model.CreatePredictionEngine<Window, Prediction>(context.Model.LoadVerified(path, out _));
        return engine.Predict(new Window { Observations = [.. Enumerable.Range(0, 112).Select(i => i % 3)] }).Analysis!;
    }

    private sealed class Window
    {
        [VectorType(2, 7, 8)]
        public float[] Observations { get; set; } = [];
    }

    private sealed class DoubleWindow
    {
        [VectorType(2, 7, 8)]
        public double[] Observations { get; set; } = new double[112];
    }

    private sealed class OtherWindow
    {
        [VectorType(2, 9, 8)]
        public float[] Observations { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float[]? Analysis { get; set; }
    }
}
