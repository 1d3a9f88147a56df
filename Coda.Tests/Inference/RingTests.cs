using System.Text.Json.Nodes;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Training;
using Coda.Training.Export;
using Coda.Training.Networks;

namespace Coda.Tests.Inference;

/// <summary>Models of a ring of 16 sites on rings of other sizes.</summary>
[TestClass]
public sealed class RingTests
{
    private const int Own = 16;
    private const int Steps = 23;
    private const double Tolerance = 1e-5;

    public static IEnumerable<object[]> Networks =>
        from network in AssimilationNetwork.Catalog.Names
        from sites in new[] { 2 * Own, 50 * Own }
        select new object[] { network, sites };

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void ARecordRepeatedRoundARingGivesTheAnalysesOfOneRound(string network, int sites)
    {
        using var folder = new TemporaryDirectory();
        Export(folder, NetworkExamples.Small(network));
        using var model = OnnxModel.Open(folder.Path);
        var own = Record(model.Card, Own);
        var ring = Repeat(own, sites);
        NetworkMethod.Options[] forms =
        [
            new(), new() { Form = NetworkForm.Window }, new() { Nowcast = true }, .. model.Has(ModelRoles.AnalysisStretch)
                ? [new() { Form = NetworkForm.Stretch, StretchLength = 5 }] : Array.Empty<NetworkMethod.Options>(),
        ];
        foreach (var options in forms)
        {
            var expected = Analyze(model, own, options);
            Assert.IsGreaterThan(0.1, expected.Max() - expected.Min());
            ExampleTwins.AssertClose(Repeat(expected, Own, sites), Analyze(model, ring, options), Tolerance);
        }
    }

    [TestMethod]
    public void TheSpreadIsThatOfOneRoundToo()
    {
        using var folder = new TemporaryDirectory();
        Export(folder,
            new Component("time-channel", new JsonObject { ["halfWidth"] = 4, ["width"] = 8, ["blocks"] = 1, ["kernel"] = 3, ["hasSpread"] = true }));
        using var model = OnnxModel.Open(folder.Path);
        var own = Record(model.Card, Own);
        var expected = new NetworkMethod(new AnalysisContext(own, model), new()).Analyze(own).Single().Spread!.Value.ToArray();
        var ring = Repeat(own, 400);
        var method = new NetworkMethod(new AnalysisContext(ring, model), new());
        Assert.AreEqual(StateLayout.On(new Ring(400)), method.Layout);
        ExampleTwins.AssertClose(Repeat(expected, Own, 400), [.. method.Analyze(ring).SelectMany(b => b.Spread!.Value.ToArray())], Tolerance);
    }

    [TestMethod]
    [DataRow(NetworkForm.Stretch)]
    [DataRow(NetworkForm.Window)]
    public void TilesGiveWhatOneRunOverTheWholeRingGives(NetworkForm form)
    {
        const int Sites = 1000;
        using var folder = new TemporaryDirectory();
        var card = ExampleModels.Write(folder.Path, Own);
        using var model = OnnxModel.Open(folder.Path);
        var archive = Record(card, Sites);
        var padded = archive.ReadObservations(0, new StepRange(-3, Steps + 3));
        using var run =
            model.BindRing(ModelRoles.AnalysisStretch, [new(ModelFolder.Observations, 2, Steps + 6, Sites)], [new(ModelFolder.State, Steps, Sites)]);
        padded.Values.CopyTo(run.Input(0));
        padded.Mask.CopyTo(run.Input(0)[padded.Values.Length..]);
        run.Run();
        ExampleTwins.AssertClose(run.Output(0).ToArray(), Analyze(model, archive, new() { Form = form }), Tolerance);
    }

    [TestMethod]
    [DataRow(NetworkForm.Stretch)]
    [DataRow(NetworkForm.Window)]
    public void NeitherWorkersNorTheRequestChangeABit(NetworkForm form)
    {
        using var folder = new TemporaryDirectory();
        var card = ExampleModels.Write(folder.Path, Own);
        using var model = OnnxModel.Open(folder.Path);
        var archive = Record(card, 900);
        var method = new NetworkMethod(new AnalysisContext(archive, model), new() { Form = form, StretchLength = 6, BatchSize = 6 });
        var alone = method.Analyze(archive, new AnalysisRequest { Workers = 1 }).ToList();
        Assert.IsGreaterThan(1, alone.Count);
        CollectionAssert.AreEqual(alone.Values(), method.Analyze(archive, new AnalysisRequest { Workers = 4 }).Values());
        CollectionAssert.AreEqual(alone.Values()[(5 * 900)..(9 * 900)], method.Analyze(archive, new AnalysisRequest { Steps = new StepRange(5, 9) }).Values());
    }

    [TestMethod]
    public void ASmallerRingIsTheLargerOneThatRepeatsIt()
    {
        using var folder = new TemporaryDirectory();
        var card = ExampleModels.Write(folder.Path, Own);
        using var model = OnnxModel.Open(folder.Path);
        var small = Record(card, 8);
        ExampleTwins.AssertClose(Repeat(Analyze(model, small, new()), 8, Own), Analyze(model, Repeat(small, Own), new()), Tolerance);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("pointwise")]
    public void AForecastRoundARingIsThatOfOneRound(string? correction)
    {
        using var folder = new TemporaryDirectory();
        Export(folder, NetworkExamples.Small("time-channel"), correction is null ? null : new Component(correction));
        using var model = OnnxModel.Open(folder.Path);
        using var own = new HybridModel(model);
        using var ring = new HybridModel(model, Repeat(Record(model.Card, Own), 400).Description);
        Assert.AreEqual(400, ring.StateSize);
        var request = new ForecastRequest { Leads = [0, 10] };
        float[] start = [.. Enumerable.Range(0, 3 * Own).Select(i => (float)(2 + (3 * Math.Sin(i * i))))];
        var expected = Forecasts.Run(own, [new StateBlock(0, 0, Own, start)], request).Values();
        ExampleTwins.AssertClose(
            Repeat(expected, Own, 400), Forecasts.Run(ring, [new StateBlock(0, 0, 400, Repeat(start, Own, 400))], request).Values(), Tolerance);
    }

    [TestMethod]
    public void TheHybridOnALargerRingIsTheSimulatorThereAndSoIsItsTangent()
    {
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path, size: 20);
        using var onnx = OnnxModel.Open(folder.Path);
        var archive = ExampleTwins.Lorenz96(size: 30).Archive();
        var model = LinearizedModel.Of(new AnalysisContext(archive, onnx), new ThreeDVar.Options());
        Assert.AreEqual(StateLayout.On(new Ring(30)), model.Layout);
        using var hybrid = model.StartModel();
        using var expected = LinearizedModel.Of(new AnalysisContext(archive), new ThreeDVar.Options()).StartModel();
        hybrid.Evaluate(model.TypicalState(1), 1);
        expected.Evaluate(model.TypicalState(1), 1);
        for (var row = 0; row < 30; row++)
        {
            Assert.AreEqual(expected.Value(0)[row], hybrid.Value(0)[row], 1e-4);
            CollectionAssert.AreEqual(expected.ColumnsOf[row].ToArray(), hybrid.ColumnsOf[row].ToArray());
            foreach (var column in expected.ColumnsOf[row])
            {
                Assert.AreEqual(expected.Entry(0, row, column), hybrid.Entry(0, row, column), 1e-5);
            }
        }
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("pointwise")]
    [DataRow("stencil")]
    public void TheAdjointOnALargerRingIsTheTransposeOfTheTangentThere(string? correction)
    {
        const int Sites = 24;
        using var folder = new TemporaryDirectory();
        Export(folder, NetworkExamples.Small("time-channel"), correction is null ? null : new Component(correction));
        using var model = OnnxModel.Open(folder.Path);
        var state = new TensorBinding(ModelFolder.State, 1, Sites);
        using var tangent = model.BindRing(
            ModelRoles.Tangent, [state, new(ModelFolder.Perturbations, 1, Sites, Sites)], [new(ModelFolder.NextPerturbations, 1, Sites, Sites)]);
        using var adjoint = model.BindRing(
            ModelRoles.Adjoint, [state, new(ModelFolder.NextSensitivities, 1, Sites)], [new(ModelFolder.Sensitivities, 1, Sites)]);
        for (var k = 0; k < Sites; k++)
        {
            tangent.Input(0)[k] = adjoint.Input(0)[k] = (float)(2 + (3 * Math.Sin(k * k)));
            tangent.Input(1)[(k * Sites) + k] = 1;
        }

        tangent.Run();
        for (var row = 0; row < Sites; row++)
        {
            adjoint.Input(1).Clear();
            adjoint.Input(1)[row] = 1;
            adjoint.Run();
            for (var k = 0; k < Sites; k++)
            {
                Assert.AreEqual(tangent.Output(0)[(k * Sites) + row], adjoint.Output(0)[k], 1e-5, $"of entry {row} by {k}");
            }
        }
    }

    [TestMethod]
    [DataRow("time-channel", 2, 1, "any from 2 sites on")]
    [DataRow("unet15", 4, 4, "multiples of 4 from 4 sites on")]
    public void AModelSaysWhichRingsItCanBeTakenTo(string network, int least, int period, string words)
    {
        using var folder = new TemporaryDirectory();
        Export(folder, NetworkExamples.Small(network), new Component("pointwise"));
        using var model = OnnxModel.Open(folder.Path);
        Assert.AreEqual(new RingSizes(least, period), model.OtherRings());
        Assert.AreEqual(words, model.OtherRings()!.ToString());
    }

    [TestMethod]
    public void EveryReleasedModelOfARingIsOfAnyRing()
    {
        foreach (var folder in Directory.GetDirectories(Path.Combine(Repository.Root, "models")))
        {
            using var model = OnnxModel.Open(folder);
            Assert.AreEqual(model.Card.Layout.Grid is { IsPeriodicLine: true }, model.OtherRings() is not null, folder);
        }
    }

    [TestMethod]
    public void ALargerRingIsRefusedWhereTheClimatologyDiffersFromSiteToSite()
    {
        using var folder = new TemporaryDirectory();
        var card = ExampleModels.Write(folder.Path, Own);
        CodaJson.Write(folder.File(ModelFolder.Card), card with { ClimatologyMean = [.. Enumerable.Range(0, Own).Select(i => 1.0 + i)] });
        using var model = OnnxModel.Open(folder.Path);
        Assert.IsNull(model.OtherRings());
        StringAssert.Contains(Refused(model, Record(card, 24)), "expected 16 (card), got 24 (archive)");
    }

    [TestMethod]
    public void SitesThatAreNotTheWholeOfARingAreRefused()
    {
        using var folder = new TemporaryDirectory();
        var card = ExampleModels.Write(folder.Path, Own);
        using var model = OnnxModel.Open(folder.Path);
        var archive = Record(card, 24);
        var half = new MemoryArchive(archive.Description with { Layout = StateLayout.On(new Ring(48)),
            Operator = new Component("site-selection", new JsonObject { ["every"] = 2 }) }, [archive.ReadObservations(0, new StepRange(0, Steps))]);
        var message = Refused(model, half);
        StringAssert.Contains(message, "expected 16 (card), got 24 (archive)");
        StringAssert.Contains(message, "ring of 48");
    }

    [TestMethod]
    public void ARingThatTheNetworkDoesNotDivideIsRefused()
    {
        using var folder = new TemporaryDirectory();
        Export(folder, NetworkExamples.Small("unet15"));
        using var model = OnnxModel.Open(folder.Path);
        var message = Refused(model, Record(model.Card, 18));
        StringAssert.Contains(message, "multiple of 4");
        StringAssert.Contains(message, "got 18");
    }

    [TestMethod]
    public void AModelThatKnowsItsSitesIsRefusedOnALargerRing()
    {
        using var folder = new TemporaryDirectory();
        var card = ExampleModels.Write(folder.Path, Own);
        var graph = new OnnxGraph("analysis_stretch");
        var ops = new OnnxAlgebra(graph);
        var values = ops.RemoveAxis(ops.Slice(graph.Input(ModelFolder.Observations, 2, "stretch", Own), -3, 0, 1), -3);
        var places = ops.Constant([.. Enumerable.Range(0, Own).Select(i => (double)i)]);
        graph.Output(ModelFolder.State, ops.Slice(ops.Add(values, places), -2, 0, 1), "window", Own);
        var path = folder.File(GraphFiles.AnalysisStretch);
        using (var stream = File.Create(path))
        {
            graph.Write(stream, "knows its sites");
        }

        card.Files[GraphFiles.AnalysisStretch] = card.Files[GraphFiles.AnalysisStretch] with { Sha256 = ModelFolder.Hash(path) };
        CodaJson.Write(folder.File(ModelFolder.Card), card);
        using var model = OnnxModel.Open(folder.Path);
        Assert.IsNull(model.OtherRings());
        var message = Refused(model, Record(card, 24));
        StringAssert.Contains(message, "expected 16 sites (card), got 24");
        StringAssert.Contains(message, "differs from site to site");
    }

    private static void Export(TemporaryDirectory folder, Component network, Component? correction = null)
    {
        var system = new Component("lorenz96", new JsonObject { ["size"] = Own });
        var experiment = TrainingExamples.Experiment with { System = system, Network = network, Correction = correction, WithholdingFraction = 0.4 };
        ModelExport.Write(ModelExamples.Of(experiment, TrainingExamples.Record(TrainingExamples.Twin with { System = system })), folder.Path, "");
    }

    private static string Refused(OnnxModel model, MemoryArchive archive) =>
        Assert.ThrowsExactly<ModelMismatchException>(() => new NetworkMethod(new AnalysisContext(archive, model), new()).Analyze(archive)).Message;

    private static float[] Analyze(OnnxModel model, MemoryArchive archive, NetworkMethod.Options options) =>
        new NetworkMethod(new AnalysisContext(archive, model), options).Analyze(archive).Values();

    // A quarter of the entries observed.
    private static MemoryArchive Record(ModelCard card, int sites)
    {
        var stretch = new ObservationStretch(0, new StepRange(0, Steps), sites);
        var random = new CounterRandom(8);
        for (var i = 0; i < stretch.Values.Length; i++)
        {
            if (random.NextUniform() < 0.25)
            {
                (stretch.Values[i], stretch.Mask[i]) = ((float)(2.3 + (3.6 * random.NextGaussian())), 1);
            }
        }

        return new MemoryArchive(
            new ArchiveDescription { Layout = StateLayout.On(new Ring(sites)), Operator = card.Operator, SiteCount = sites, Sigma = 1,
                StepLength = card.StepLength, Steps = stretch.Steps },
            [stretch]);
    }

    private static MemoryArchive Repeat(MemoryArchive archive, int sites)
    {
        var (own, stretch) = (archive.ReadObservations(0, archive.Description.Steps), new ObservationStretch(0, archive.Description.Steps, sites));
        Repeat(own.Values, own.SiteCount, sites).CopyTo(stretch.Values, 0);
        Repeat(own.Mask, own.SiteCount, sites).CopyTo(stretch.Mask, 0);
        return new MemoryArchive(archive.Description with { Layout = StateLayout.On(new Ring(sites)), SiteCount = sites }, [stretch]);
    }

    private static float[] Repeat(float[] rows, int own, int sites) =>
        [.. Enumerable.Range(0, rows.Length / own * sites).Select(i => rows[(i / sites * own) + (i % sites % own)])];
}
