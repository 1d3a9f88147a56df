using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Inference;

namespace Coda.Tests.Additions;

/// <summary>Localization works on every grid with a distance, also where several fields share it.</summary>
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
