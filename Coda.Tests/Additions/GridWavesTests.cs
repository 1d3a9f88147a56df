using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Tests.Interpretations;
using Coda.Tests.Training;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Networks;
using Coda.Training.Stages;

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
        if (network == "unet15")
        {
            Assert.Contains("expected one field on one ring whose size is a multiple of 4 (or take time-channel), got u: ",
                Assert.ThrowsExactly<ArgumentException>(() => new JointStage(experiment, archive)).Message);
            return;
        }

        _ = ModelExport.Write(TrainingExamples.Train(experiment, archive, folder.File("checkpoint")), folder.Path, "");
        Assert.HasCount(6, ReferenceCheck.Run(folder.Path), "every graph computes what LibTorch does");
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
        Assert.HasCount(6, ReferenceCheck.Run(folder.File("model")), "every graph computes what LibTorch does");
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
