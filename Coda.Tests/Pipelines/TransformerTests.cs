using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Pipelines;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Coda.Tests.Pipelines;

/// <summary>A model's graphs over the rows of a view.</summary>
[TestClass]
public sealed class TransformerTests
{
    private readonly PipelineExample _example = new();

    [TestCleanup]
    public void Clean() => _example.Dispose();

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(16)]
    [DataRow(1000)]
    public void AnalysesAreThoseOfTheNetworkMethod(int batch)
    {
        using var archive = _example.Observations();
        var windows = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        var view = _example.Context.Transforms.Assimilate(_example.Model, batchSize: batch).Fit(windows).Transform(windows);
        var method = new NetworkMethod(new AnalysisContext(archive, _example.Model), new() { Form = NetworkForm.Window });
        ExampleTwins.AssertClose(method.Analyze(archive).Values(), PipelineExample.Vectors(view, "State"), 1e-5);
        CollectionAssert.AreEqual(windows.GetColumn<long>("Step").ToArray(), view.GetColumn<long>("Step").ToArray());
        Assert.AreEqual((180L, "Vector<Single, 8>"), (view.GetRowCount(), view.Schema["State"].Type.ToString()));
    }

    [TestMethod]
    public void ForecastsAreThoseOfTheForecastModel()
    {
        using var archive = _example.Analyses(250);
        var analyses = _example.Context.Data.LoadAnalyses(archive);
        int[] leads = [0, 1, 5];
        var view = _example.Context.Transforms.Forecast(_example.Model, leads, batchSize: 32).Fit(analyses).Transform(analyses);
        using var hybrid = new HybridModel(_example.Model);
        var request = new ForecastRequest { Leads = leads };
        ExampleTwins.AssertClose(
            Forecasts.Run(hybrid, archive.ReadStates(ArchiveTable.Analyses), request).Values(), PipelineExample.Vectors(view, "Forecast"), 1e-5);
        Assert.AreEqual("Vector<Single, 24>", view.Schema["Forecast"].Type.ToString());
    }

    [TestMethod]
    public void FieldsWithBoundsGoInAndComeOutAsValues()
    {
        var card = ModelFolder.ReadCard(_example.ModelFolder);
        CodaJson.Write(Path.Combine(_example.ModelFolder, ModelFolder.Card), card with { Layout = card.Layout.Within(StateDomain.Positive) });
        using var model = OnnxModel.Open(_example.ModelFolder);
        using var hybrid = new HybridModel(model);
        StateBlock[] starts = [.. Enumerable.Range(0, 3).Select(i => new StateBlock(0, i, 8, Enumerable.Range(1, 8).Select(k => (float)(k + i)).ToArray()))];
        var expected = Forecasts.Run(hybrid, starts, new ForecastRequest { Leads = [0, 2] }).Values();
        var view = _example.Context.Data.LoadFromEnumerable(starts.Select(s => new StateRow { State = s.States.ToArray() }));
        var forecasts = PipelineExample.Vectors(_example.Context.Transforms.Forecast(model, [0, 2]).Fit(view).Transform(view), "Forecast");
        ExampleTwins.AssertClose(expected, forecasts, 1e-4);

        using var archive = _example.Observations();
        var windows = _example.Context.Data.LoadObservationWindows(archive, model);
        var states = PipelineExample.Vectors(_example.Context.Transforms.Assimilate(model).Fit(windows).Transform(windows), "State");
        var plain = PipelineExample.Vectors(_example.Context.Transforms.Assimilate(_example.Model).Fit(windows).Transform(windows), "State");
        ExampleTwins.AssertClose(plain, [.. states.Select(x => MathF.Log(x))], 1e-4);
    }

    [TestMethod]
    [DataRow(false, 3L)]
    [DataRow(true, 0L)]
    public void ColumnsTellHowFarTheyHaveSeen(bool nowcast, long expected)
    {
        using var archive = _example.Observations();
        var windows = _example.Context.Data.LoadObservationWindows(archive, _example.Model, nowcast);
        var schema = Both().Fit(windows).Transform(windows).Schema;
        foreach (var name in new[] { "Observations", "State", "Forecast" })
        {
            Assert.AreEqual(expected, CodaCatalog.LookAheadOf(schema[name]), name);
        }

        Assert.IsNull(CodaCatalog.LookAheadOf(schema["Step"]));
        archive.WriteStates(ArchiveTable.Analyses, [ArchiveExamples.Block(0, 0, 5, 8)], new TableNote { LookAhead = 7 });
        Assert.AreEqual(7, CodaCatalog.LookAheadOf(_example.Context.Data.LoadAnalyses(archive).Schema["State"]));
    }

    [TestMethod]
    public void WindowsOfNowcastsGiveTheNowcastsOfTheNetworkMethod()
    {
        using var archive = _example.Observations();
        var windows = _example.Context.Data.LoadObservationWindows(archive, _example.Model, nowcast: true);
        var view = _example.Context.Transforms.Assimilate(_example.Model).Fit(windows).Transform(windows);
        var method = new NetworkMethod(new AnalysisContext(archive, _example.Model), new() { Nowcast = true });
        ExampleTwins.AssertClose(method.Analyze(archive).Values(), PipelineExample.Vectors(view, "State"), 1e-5);
    }

    [TestMethod]
    public void EveryColumnOfARowStaysWithIt()
    {
        using var archive = _example.Observations();
        var windows = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        var view = Both().Fit(windows).Transform(windows);
        var rows = PipelineExample.Rows(view).Select(row => (row.Id, row.Text)).ToArray();
        var shuffled = PipelineExample.Rows(view.GetRowCursor(view.Schema, new Random(3))).Select(row => (row.Id, row.Text)).ToArray();
        CollectionAssert.AreNotEqual(rows, shuffled);
        AssertSameRows(rows, shuffled);
        var together = view.GetRowCursorSet(view.Schema, 3).Select(c => Task.Run(() => PipelineExample.Rows(c))).SelectMany(t => t.Result).ToArray();
        AssertSameRows(rows, [.. together.Select(row => (row.Id, row.Text))]);
        CollectionAssert.AreEqual(rows.Select(r => r.Id).ToArray(), together.OrderBy(row => row.Batch).Select(row => row.Id).ToArray());
    }

    [TestMethod]
    public void ColumnsOfEveryKindPassThroughABatch()
    {
        Passenger[] rows = [.. Enumerable.Range(0, 11).Select(i => new Passenger
        {
            State = [.. Enumerable.Range(0, 8).Select(k => (float)(i + k))],
            Name = $"row {i}",
            IsOdd = i % 2 == 1,
            Ragged = [.. Enumerable.Repeat(i, i)],
            Sparse = new VBuffer<double>(6, 1, [i], [i % 6]),
        })];
        var context = _example.Context;
        var input = context.Transforms.Conversion.MapValueToKey("Key", "Name").Fit(context.Data.LoadFromEnumerable(rows))
            .Transform(context.Data.LoadFromEnumerable(rows));
        var view = context.Transforms.Forecast(_example.Model, [0], batchSize: 4).Fit(input).Transform(input);
        var got = context.Data.CreateEnumerable<Passenger>(view, reuseRowObject: false).ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.AreEqual((rows[i].Name, rows[i].IsOdd, (uint)(i + 1)), (got[i].Name, got[i].IsOdd, got[i].Key));
            CollectionAssert.AreEqual(rows[i].Ragged, got[i].Ragged);
            CollectionAssert.AreEqual(rows[i].Sparse.DenseValues().ToArray(), got[i].Sparse.DenseValues().ToArray());
            CollectionAssert.AreEqual(rows[i].State, got[i].State);
        }

        CollectionAssert.AreEqual(rows.SelectMany(r => r.State).ToArray(), PipelineExample.Vectors(view, "Forecast"));
    }

    [TestMethod]
    public void TheModelRunsOnlyWhereItsOutputIsAskedFor()
    {
        using var archive = _example.Observations();
        var windows = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        var view = _example.Context.Transforms.Assimilate(_example.Model).Fit(windows).Transform(windows);
        _example.Model.Dispose();
        Assert.AreEqual(180, view.GetColumn<long>("Step").Count());
        Assert.ThrowsExactly<ObjectDisposedException>(() => view.GetColumn<VBuffer<float>>("State").Count());
    }

    [TestMethod]
    public void APredictionEngineGivesWhatTheViewGives()
    {
        using var archive = _example.Observations();
        var windows = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        var transformer = Both().Fit(windows);
        var view = transformer.Transform(windows);
        using var engine = _example.Context.Model.CreatePredictionEngine<Window, Prediction>(transformer);
        var predictions = windows.GetColumn<float[]>("Observations").Select(o => engine.Predict(new Window { Observations = o })).ToArray();
        ExampleTwins.AssertClose(PipelineExample.Vectors(view, "State"), [.. predictions.SelectMany(p => p.State!)], 1e-5);
        ExampleTwins.AssertClose(PipelineExample.Vectors(view, "Forecast"), [.. predictions.SelectMany(p => p.Forecast!)], 1e-4);
    }

    [TestMethod]
    public void ATrainerLearnsFromAnalyses()
    {
        using var archive = _example.Observations();
        archive.WriteStates(ArchiveTable.Analyses, _example.Twin.Truth());
        var context = _example.Context;
        var analyses = context.Data.LoadAnalyses(archive);
        var pipeline = context.Transforms.Forecast(_example.Model, [1, 2])
            .Append(context.Transforms.Concatenate("Features", "State", "Forecast"))
            .Append(context.Transforms.CustomMapping<StateRow, LabelRow>((row, label) => label.Label = row.State[0] > 2, null))
            .Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression());
        var scores = context.BinaryClassification.Evaluate(pipeline.Fit(analyses).Transform(analyses));
        Assert.IsGreaterThan(0.99, scores.AreaUnderRocCurve, "expected a trainer that finds the threshold on one of its features");
    }

    [TestMethod]
    public void ADisposedTransformerCanBeUsedAgain()
    {
        using var archive = _example.Observations();
        var windows = _example.Context.Data.LoadObservationWindows(archive, _example.Model);
        using var transformer = _example.Context.Transforms.Assimilate(_example.Model).Fit(windows);
        var before = PipelineExample.Vectors(transformer.Transform(windows), "State");
        transformer.Dispose();
        CollectionAssert.AreEqual(before, PipelineExample.Vectors(transformer.Transform(windows), "State"));
    }

    private IEstimator<ITransformer> Both() => _example.Context.Transforms.Assimilate(_example.Model, batchSize: 7)
        .Append(_example.Context.Transforms.Forecast(_example.Model, [1, 3], batchSize: 5));

    // A row's neighbours in its batch change its last bits.
    private static void AssertSameRows((DataViewRowId Id, string Text)[] expected, (DataViewRowId Id, string Text)[] got)
    {
        Assert.HasCount(expected.Length, got);
        var texts = got.ToDictionary(row => row.Id, row => row.Text);
        foreach (var (id, text) in expected)
        {
            var (one, other) = (text.Split("; "), texts[id].Split("; "));
            CollectionAssert.AreEqual(one[..^2], other[..^2]);
            ExampleTwins.AssertClose(Numbers(one[^2]), Numbers(other[^2]), 1e-5);
            ExampleTwins.AssertClose(Numbers(one[^1]), Numbers(other[^1]), 1e-4);
        }

        static float[] Numbers(string column) => [.. column.Split(' ').Skip(1).Select(float.Parse)];
    }

    private sealed class Window
    {
        [VectorType(2, 7, 8)]
        public float[] Observations { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float[]? State { get; set; }

        public float[]? Forecast { get; set; }
    }

    private sealed class StateRow
    {
        [VectorType(8)]
        public float[] State { get; set; } = [];
    }

    private sealed class LabelRow
    {
        public bool Label { get; set; }
    }

    private sealed class Passenger
    {
        [VectorType(8)]
        public float[] State { get; set; } = [];

        public string Name { get; set; } = "";

        public bool IsOdd { get; set; }

        [KeyType(11)]
        public uint Key { get; set; }

        public int[] Ragged { get; set; } = [];

        [VectorType(6)]
        public VBuffer<double> Sparse { get; set; }
    }
}
