using System.Text.Json.Nodes;
using Coda.Cli;
using Coda.Data.Archives.Stored;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Scoring;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Tests.Archives;
using Coda.Tests.Cli;
using Coda.Tests.Inference;

namespace Coda.Tests.Additions;

/// <summary>A simulator on a torus, one file outside the product, works from the library and from the command line.</summary>
[TestClass]
public sealed class Lorenz96TorusTests
{
    [TestMethod]
    public void ItsArchiveComesBackWithItsGrid()
    {
        using var folder = new TemporaryDirectory();
        var twin = Twin(steps: 20);
        using (var made = ParquetArchive.Create(folder.File("archive"), twin.Describe()))
        {
            made.WriteObservations(twin.Observations());
        }

        var text = File.ReadAllText(Path.Combine(folder.File("archive"), "archive.json"));
        Assert.Contains("\"formatVersion\": 2", text);
        Assert.Contains("\"torus\"", text);
        using var archive = ParquetArchive.Open(folder.File("archive"));
        Assert.AreEqual(StateLayout.On(new Torus(6, 11)), archive.Description.Layout);
        Assert.AreEqual("x: torus of 6 x 11", $"{archive.Description.Layout}");
    }

    [TestMethod]
    [DataRow("letkf", """{ "members": 12, "radius": 2, "inflation": 1.02, "spinUpSteps": 600 }""", 0.5)]
    [DataRow("etkf", """{ "members": 60, "spinUpSteps": 600 }""", 0.5)]
    [DataRow("space-time-optimal-interpolation", """{ "halfWidth": 10 }""", 0.9)]
    [DataRow("three-dvar", "{}", 0.9)]
    [DataRow("iterated-extended-smoother", "{}", 0.5)]
    [DataRow("strong-four-dvar", """{ "halfWidth": 10, "solver": "conjugateGradients" }""", 0.6)]
    public void ClassicalMethodsFindItsStates(string method, string options, double share)
    {
        var twin = Twin(steps: 300);
        var archive = twin.Archive();
        Assert.IsLessThan(share * Rmse("climatology"), Rmse(method, JsonNode.Parse(options)!.AsObject()));

        double Rmse(string name, JsonObject? options = null) => TruthScoring.Score(
            AssimilationMethod.Catalog.Create(new Component(name, options), new AnalysisContext(archive)).Analyze(archive), twin.Truth(), archive,
            new ScoreRequest { Margin = 100 })[0].Value;
    }

    [TestMethod]
    public void TheCommandLineTakesItFromSimulationToScores()
    {
        using var folder = new TemporaryDirectory();
        var archive = folder.File("archive");
        CommandRun.InProcess(
            "simulate", "--system", "lorenz96-torus", "--trajectories", "1", "--steps", "60", "--spin-up", "300", "--output", archive,
            "--set", "observing-network.fraction=0.5").Succeeded();
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "letkf", "--set", "members=8", "radius=2", "spinUpSteps=300").Succeeded();
        Assert.IsLessThan(3, (double)CommandRun.InProcess("score", "--archive", archive, "--json").Succeeded().Json["scores"]![0]!["results"]![0]!["value"]!);
        CommandRun.InProcess("analyze", "--archive", archive, "--method", "iterated-extended-smoother", "--set", "solver=tiled")
            .Failed(ExitCodes.Usage, "x: torus of 6 x 8");
    }

    [TestMethod]
    public void ANetworkIsTrainedOnItExportedAndRun()
    {
        using var folder = new TemporaryDirectory();
        var (archive, model) = (folder.File("archive"), folder.File("model"));
        CommandRun.InProcess(Tiny.Simulate(archive, "--system", "lorenz96-torus", "--set", "observing-network.fraction=0.5")).Succeeded();
        File.WriteAllText(folder.File("torus.json"), """{ "name": "torus", "system": "lorenz96-torus" }""");
        CommandRun.InProcess(
        [
            .. Tiny.Train(
                archive, model, "network.kernel=3", "network.blocks=1", "network.hasSpread=true", "withholdingFraction=0.4", "--steps", "10", "--experiment",
                folder.File("torus.json")),
        ]).Succeeded();
        var card = ModelFolder.ReadCard(model);
        Assert.AreEqual(StateLayout.On(new Torus(6, 8)), card.Layout);
        Assert.HasCount(1, card.ClimatologyMean.Distinct().ToArray(), "one climatology for all sites");
        CommandRun.InProcess("inspect", model).Succeeded();
        CommandRun.InProcess("analyze", "--archive", archive, "--model", model).Succeeded();
        CommandRun.InProcess("forecast", "--archive", archive, "--model", model, "--leads", "0.1", "--every", "0.2", "--from", "smoothed").Succeeded();
        Assert.IsTrue(
            double.IsFinite((double)CommandRun.InProcess("score", "--archive", archive, "--json").Succeeded().Json["scores"]![0]!["results"]![0]!["value"]!));
        CommandRun.InProcess(Tiny.Simulate(folder.File("other"), 1, 60, "--system", "lorenz96-torus", "--set", "system.rows=5")).Succeeded();
        CommandRun.InProcess("analyze", "--archive", folder.File("other"), "--model", model)
            .Failed(ExitCodes.ModelMismatch, "site count: expected 48 (card), got 40 (archive)");
    }

    private static TwinExperiment Twin(int steps) => new()
    {
        System = new Component("lorenz96-torus", new JsonObject { ["columns"] = 11 }), // 66 sites: more than covariances by pairs take
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5 }),
        StepCount = steps,
        TrajectoryCount = 1,
        SpinUpSteps = 500,
        Seed = 3,
    };
}
