using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Tests.Interpretations;
using Coda.Tests.Training;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Networks;
using Coda.Training.Stages;
using TorchSharp;

namespace Coda.Tests.Additions;

/// <summary>Localization works on every grid with a distance, and networks on rings and tori, also where several fields share the grid.</summary>
[TestClass]
public sealed class GridWavesTests
{
    [TestMethod]
    [DataRow("""{ "name": "ring", "options": { "size": 12 } }""")]
    [DataRow("""{ "name": "line", "options": { "size": 12 } }""")]
    [DataRow("""{ "name": "torus", "options": { "rows": 3, "columns": 4 } }""")]
    [DataRow("""{ "name": "plane", "options": { "rows": 3, "columns": 4 } }""")]
    [DataRow("""{ "name": "points", "options": { "coordinates": [[0, 0], [1, 0.5], [2, 0.2], [0.3, 1], [1.4, 1.6], [2.1, 1.2], [0.1, 2.2], [1, 2.4]] } }""")]
    public void LocalizationFindsItsStatesOnAnyGridWithADistance(string grid)
    {
        var twin = Twin(grid);
        var archive = twin.Archive();
        Assert.IsLessThan(0.4 * Rmse("climatology"), Rmse("letkf", new JsonObject { ["members"] = 10, ["radius"] = 1.5, ["spinUpSteps"] = 200 }));

        double Rmse(string name, JsonObject? options = null) => TruthScoring.Score(
            AssimilationMethod.Catalog.Create(new Component(name, options), new AnalysisContext(archive)).Analyze(archive), twin.Truth(), archive,
            new ScoreRequest { Margin = 50 }).Max(s => s.Value);
    }

    [TestMethod]
    public void LocalizationIsRefusedWhereThereIsNoDistance()
    {
        var archive = Twin("""{ "name": "components", "options": { "size": 5 } }""").Archive();
        var fault = Assert.ThrowsExactly<ArgumentException>(() => AssimilationMethod.Catalog.Create(new Component("letkf"), new AnalysisContext(archive)));
        Assert.Contains("for localization needs distances, got u: components of 5, v: components of 5", fault.Message);
    }

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void EveryNetworkIsTrainedOnTwoFieldsExportedAndRunOrSaysThatItCannot(string network, string grid)
    {
        using var folder = new TemporaryDirectory();
        var (twin, archive) = (Twin(grid), Twin(grid).Archive());
        var experiment = TrainingExamples.Experiment with
        {
            System = twin.System, Network = NetworkExamples.Small(network), Correction =
                new Component("stencil", new JsonObject { ["reach"] = 1, ["width"] = 4 }),
            Parameters = [new TrainedParameter("c", 0.8)], Steps = 2, ValidationInterval = 1, WarmUpSteps = 1,
        };
        if (network == "unet15" || (network == "variational-solver" && grid.Contains("torus")))
        {
            Assert.Contains(network == "unet15"
                    ? "expected one field on one ring whose size is a multiple of 4 (or take time-channel), got u: "
                    : "expected fields on one ring or line, or components, got u: ",
                Assert.ThrowsExactly<ArgumentException>(() => new JointStage(experiment, archive)).Message);
            return;
        }

        _ = ModelExport.Write(TrainingExamples.Train(experiment, archive, folder.File("checkpoint")), folder.Path, "");
        Assert.HasCount(7, ReferenceCheck.Run(folder.Path), "every graph computes what LibTorch does");
        using var model = OnnxModel.Open(folder.Path);
        Assert.HasCount(2, model.Card.ClimatologyMean.Distinct().ToArray(), "a climatology for each field");
        float[] States(NetworkForm form) => [.. new NetworkMethod(new AnalysisContext(archive, model), new() { Form = form }).Analyze(archive)
            .SelectMany(block => block.States.ToArray())];
        var (windows, stretches) = (States(NetworkForm.Window), States(NetworkForm.Stretch));
        Assert.HasCount(200 * model.Card.Layout.Size, windows);
        Assert.IsLessThan(1e-4, windows.Zip(stretches, (a, b) => Math.Abs(a - b)).Max());
    }

    [TestMethod]
    public void AFieldThatIsNeverObservedHasTheClimatologyOfAFreeRunAndIsGivenAllTheSame()
    {
        using var folder = new TemporaryDirectory();
        var twin = Twin("""{ "name": "plane", "options": { "rows": 4, "columns": 5 } }""") with
        {
            Operator = new Component("site-selection", new JsonObject { ["field"] = "u" }),
        };
        var archive = twin.Archive();
        var experiment = TrainingExamples.Experiment with
        {
            System = twin.System, Network = NetworkExamples.Small("unet25"), Parameters = [new TrainedParameter("c", 0.8)], Steps = 2, WarmUpSteps = 1,
            ValidationInterval = 1, Correction = new Component("stencil", new JsonObject { ["reach"] = 1, ["width"] = 4 }),
        };
        var (kept, again) = (TrainingExamples.Train(experiment, archive, folder.File("kept")),
            TrainingExamples.Train(experiment with { Recomputes = true }, archive, folder.File("again")));
        var (climatology, truth) = (kept.Context.Climatology, twin.Truth().Single().States.ToArray());
        var deviation = Math.Sqrt(truth.Where((_, i) => i % 40 >= 20).Average(v => (double)v * v));
        Assert.AreEqual(deviation, Math.Sqrt(climatology.Deviation[20..].Average(d => d * d)), 0.3 * deviation);
        Assert.AreNotEqual(climatology.Deviation[5], climatology.Deviation[25]);
        Assert.AreEqual(kept.Validation, again.Validation, 1e-4 * kept.Validation, "what is computed again on the way back gives the same training");
        foreach (var (name, array) in kept.NetworkWeights)
        {
            Agree.Within(1e-4, [.. array.Select(w => (double)w)], [.. again.NetworkWeights[name].Select(w => (double)w)], name);
        }

        _ = ModelExport.Write(kept, folder.File("model"), "");
        Assert.HasCount(7, ReferenceCheck.Run(folder.File("model")), "every graph computes what LibTorch does");
    }

    [TestMethod]
    public void AModelOfATorusReadsLargerOnesInTilesAsItsNetworkWouldTheWhole()
    {
        using var folder = new TemporaryDirectory();
        TwinExperiment Of(int rows, int columns) =>
            Twin($$"""{ "name": "torus", "options": { "rows": {{rows}}, "columns": {{columns}} } }""") with { StepCount = 40, TrajectoryCount = 2 };
        var (small, large) = (Of(7, 9), Of(15, 9).Archive());
        var experiment = TrainingExamples.Experiment with
        {
            System = small.System, Parameters = [], Steps = 2, ValidationInterval = 1, WarmUpSteps = 1, WithholdingFraction = 0.3,
            Network = new Component("time-channel", new JsonObject
            {
                ["halfWidth"] = 3, ["width"] = 8, ["blocks"] = 1, ["kernel"] = 3, ["hasSpread"] = true,
            }),
        };
        var trained = TrainingExamples.Train(experiment, small.Archive(), folder.File("checkpoint"));
        Assert.AreEqual(2, ModelExport.Write(trained, folder.Path, "").Reach);
        using var model = OnnxModel.Open(folder.Path);
        foreach (var archive in new[] { large, Of(16, 25).Archive() })
        {
            var expected = Whole(trained, archive);
            foreach (var form in new[] { NetworkForm.Stretch, NetworkForm.Window })
            {
                float[] States(int workers) => [.. new NetworkMethod(new AnalysisContext(archive, model), new() { Form = form, StretchLength = 16 })
                    .Analyze(archive, new AnalysisRequest { Workers = workers }).SelectMany(block => block.States.ToArray().Concat(block.Spread!.Value.ToArray()))];
                Agree.Bits(States(1), States(3), "one worker, and three");
                float[] first = [.. new NetworkMethod(new AnalysisContext(archive, model), new() { Form = form }).Analyze(archive)
                    .Where(block => block.Trajectory == 0).SelectMany(block => block.States.ToArray())];
                Assert.HasCount(expected.Length, first);
                Assert.IsLessThan(1e-4, expected.Zip(first, (a, b) => Math.Abs(a - b)).Max(), $"{form}");
            }
        }

        // Of a large torus a piece has fewer steps, so that the memory that it takes stays that of a small one.
        var vast = Of(210, 180) with { StepCount = 20, TrajectoryCount = 1 };
        var blank = new MemoryArchive(vast.Describe(), [new(0, vast.Describe().Steps, vast.Describe().SiteCount)]);
        var network = new NetworkMethod(new AnalysisContext(blank, model), new());
        CollectionAssert.AreEqual(new[] { 16, 4 }, network.Analyze(blank, new AnalysisRequest { Workers = 1 }).Select(block => block.Count).ToArray());
        Assert.IsLessThan(2.5e8, network.Memory(Of(1024, 1024).Describe(), 1).Bytes / 8);

        StringAssert.Contains(
            Assert.ThrowsExactly<ModelMismatchException>(() => new HybridModel(model, large.Description)).Message,
            "only its network reads larger tori");
        StringAssert.Contains(
            Assert.ThrowsExactly<ModelMismatchException>(() => model.Card.RequireLength((small with { StepCount = 3 }).Describe())).Message,
            "expected a record of at least 4 steps (half of its window of half-width 3), got 3");
        Refused(Of(6, 9), "The model reads a torus of 7 x 9 (card) or a larger one, by tiles that overlap by its reach of 2 sites on each side");
        Refused(Of(9, 7), "grid: expected torus of 7 x 9 (card), got torus of 9 x 7 (archive)");

        void Refused(TwinExperiment other, string said) => Assert.Contains(said, Assert.ThrowsExactly<ModelMismatchException>(() =>
            new NetworkMethod(new AnalysisContext(other.Archive(), model), new()).Analyze(other.Archive()).ToList()).Message);
    }

    // The states of the first trajectory by a network of the same weights on the whole grid.
    private static float[] Whole(TrainedModel trained, MemoryArchive archive)
    {
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        var (layout, own) = (archive.Description.Layout, trained.Context.Climatology);
        double[] Everywhere(double[] values) =>
            [.. Enumerable.Range(0, layout.Size).Select(entry => values[entry / layout.Fields[0].Size * trained.Context.Layout.Fields[0].Size])];
        var context = new AssimilationContext(
            layout, [.. Enumerable.Range(0, layout.Size)], new Climatology(Everywhere(own.Mean), Everywhere(own.Deviation)));
        var network = AssimilationNetwork.Catalog.Create(trained.Experiment.Network, context);
        using var store = new WeightStore(network.WeightDefinitions, 0, torch.CPU);
        store.Load(trained.NetworkWeights);
        var stretch = archive.ReadObservations(0, archive.Description.Steps.Widen(network.HalfWidth, network.HalfWidth));
        var input = TorchArrays.Of([.. stretch.Values, .. stretch.Mask]).reshape(2, stretch.Steps.Count, layout.Size);
        return TorchArrays.Plain(((IStretchNetwork)network).AnalyzeStretch(new TorchAlgebra(torch.CPU), store.View(), input).State);
    }

    public static IEnumerable<object[]> Networks =>
        from network in AssimilationNetwork.Catalog.Names
        from grid in new[] { """{ "name": "ring", "options": { "size": 12 } }""", """{ "name": "torus", "options": { "rows": 4, "columns": 8 } }""" }
        select new object[] { network, grid };

    private static TwinExperiment Twin(string grid) => new()
    {
        System = new Component("grid-waves", new JsonObject { ["grid"] = JsonNode.Parse(grid) }),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.3 }),
        StepLength = 0.05,
        StepCount = 200,
        TrajectoryCount = 1,
        SpinUpSteps = 100,
        Seed = 3,
    };
}
