using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Data;
using Coda.Tests.Inference;
using Coda.Tests.Training;
using Coda.Training.Export;
using Coda.Training.Experiments;
using Coda.Training.Stages;

namespace Coda.Tests.Additions;

/// <summary>A system with forcing, one file outside the product, is trained, exported, forecast and analyzed with it.</summary>
[TestClass]
public sealed class ForcedLorenz96Tests
{
    private static readonly Component System = new("forced-lorenz96");

    private static TwinExperiment Twin { get; } = TrainingExamples.Twin with
    {
        System = System,
        Forcing = new Dictionary<string, Component> { ["F"] = ForcedTwins.Cycle(8, 6, 3) },
    };

    private static Experiment Experiment { get; } = TrainingExamples.Experiment with { System = System, Parameters = [new("a", 0.7)] };

    [TestMethod]
    [DataRow(null)]
    [DataRow("pointwise")]
    public void TrainingReadsItAndResumesToTheSameBits(string? correction)
    {
        using var folder = new TemporaryDirectory();
        var (archive, experiment) = (Twin.Archive(), Experiment with { Correction = correction is null ? null : new Component(correction), Steps = 40 });
        var model = TrainingExamples.Train(experiment, archive, folder.File("whole"));
        Assert.IsGreaterThan(0.72, model.Parameters["a"]); // towards 1
        Assert.IsTrue(double.IsFinite(model.Validation));
        for (var stop = 0; stop < 3; stop++)
        {
            using var stopped = new StageRun(new JointStage(experiment, archive), folder.File("resumed"));
            Assert.ThrowsExactly<OperationCanceledException>(() => stopped.Run(cancellation: new CancellationToken(canceled: true)));
        }

        TrainingExamples.Same(model, TrainingExamples.Train(experiment, archive, folder.File("resumed")));
    }

    [TestMethod]
    public void TheGradientByTheGainSeesTheForcing()
    {
        // Trained on a record whose forcing is another's, the gain goes elsewhere.
        using var folder = new TemporaryDirectory();
        var archive = Twin.Archive();
        var weaker = new MemoryArchive(archive.Description, Twin.Observations())
        {
            Forcing = [.. Twin.ForcingRows().Select(b => b with { States = Array.ConvertAll(b.States.ToArray(), u => u / 2) })],
        };
        Assert.AreNotEqual(
            TrainingExamples.Train(Experiment, archive, folder.File("a")).Parameters["a"],
            TrainingExamples.Train(Experiment, weaker, folder.File("b")).Parameters["a"]);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("pointwise")]
    public void TheHybridForecastsAsTheSimulatorDoes(string? correction)
    {
        using var folder = new TemporaryDirectory();
        var archive = Twin.Archive();
        var experiment = Experiment with { Correction = correction is null ? null : new Component(correction) };
        var trained = ModelExamples.Of(experiment, archive) with { Parameters = new Dictionary<string, double> { ["a"] = 1 } };
        var card = ModelExport.Write(trained, folder.Path, "");
        Assert.AreEqual(new ForcingDefinition("F"), card.Forcing!.Single());
        Assert.AreEqual("batch, 2, 1", card.Files[card.FileOf(ModelRoles.Forecast)!].Inputs[ModelFolder.Forcing]);
        Assert.HasCount(correction is null ? 6 : 7, ReferenceCheck.Run(folder.Path));
        using var model = OnnxModel.Open(folder.Path);
        using var hybrid = new HybridModel(model, archive.Description);
        Derivatives(hybrid, archive);
        if (correction is null)
        {
            var simulator = new SimulatorModel(new Simulator(DynamicalSystem.Catalog.Create(System), new RungeKutta4(new()), Twin.StepLength));
            var request = new ForecastRequest { Leads = [.. Enumerable.Range(0, 60)], StartEvery = 37, Forcing = ForcingSeries.Of(hybrid.Forcing, archive) };
            ExampleTwins.AssertClose(
                Forecasts.Run(simulator, Twin.Truth(), request).Values(), Forecasts.Run(hybrid, Twin.Truth(), request).Values(), 2e-3);
            var truth = Twin.Truth().First();
            foreach (var forecast in Forecasts.Run(hybrid, Twin.Truth(), request).Where(f => f.Trajectory == 0 && f.FirstStep + f.Lead < 300))
            {
                ExampleTwins.AssertClose(truth.Row((int)forecast.FirstStep + forecast.Lead).States.ToArray(), forecast.States.ToArray(), 5e-3);
            }

            var beyond = Assert.ThrowsExactly<InvalidDataException>(
                () => Forecasts.Run(hybrid, Twin.Truth(), request with { Leads = [150] }).ToList());
            Assert.Contains("got [0, 400)", beyond.Message);
            var without = Assert.ThrowsExactly<ArgumentException>(() => Forecasts.Run(hybrid, Twin.Truth(), request with { Forcing = null }).ToList());
            Assert.Contains("the model has forcing", without.Message);
        }
    }

    [TestMethod]
    [DataRow("enkf", """{ "members": 40, "spinUpSteps": 100 }""")]
    [DataRow("ienks", """{ "members": 20, "spinUpSteps": 100, "lag": 5 }""")]
    [DataRow("strong-four-dvar", """{ "halfWidth": 20 }""")]
    [DataRow("strong-four-dvar", """{ "halfWidth": 20, "solver": "conjugateGradients" }""")]
    [DataRow("iterated-extended-smoother", """{ "stretchLength": 300 }""")]
    [DataRow("extended-kalman-filter", """{ "modelErrorVariance": 1e-3 }""")]
    public void AnalysesWithItAreBetterThanWithAConstant(string method, string options)
    {
        var (forced, scored) = (Twin.Archive(), new AnalysisRequest { Steps = new StepRange(100, 160) });
        Assert.IsLessThan(0.8 * Rmse("lorenz96"), Rmse("forced-lorenz96"));

        double Rmse(string system)
        {
            var settings = JsonNode.Parse(options)!.AsObject();
            settings["system"] = new JsonObject { ["name"] = system, ["options"] = new JsonObject { ["size"] = 8 } };
            try
            {
                var analyses = AssimilationMethod.Catalog.Create(new Component(method, settings), new AnalysisContext(forced)).Analyze(forced, scored).ToList();
                return TruthScoring.Score(analyses, Twin.Truth(), forced, new ScoreRequest { Margin = 40 })[0].Value;
            }
            catch (DivergenceException) when (system == "lorenz96")
            {
                return double.PositiveInfinity;
            }
        }
    }

    [TestMethod]
    public void AMethodRefusesARecordWithoutIt()
    {
        var archive = ExampleTwins.Lorenz96().Archive();
        var settings = new JsonObject { ["system"] = new JsonObject { ["name"] = "forced-lorenz96" } };
        foreach (var method in new[] { "etkf", "strong-four-dvar" })
        {
            var fault = Assert.ThrowsExactly<ArgumentException>(() => AssimilationMethod.Catalog
                .Create(new Component(method, (JsonObject)settings.DeepClone()), new AnalysisContext(archive)).Analyze(archive).Count());
            Assert.Contains("F: expected a series of this name in the archive's table 'forcing'", fault.Message);
        }
    }

    // Tangent and adjoint of the step with the forcing over it, against finite differences.
    private static void Derivatives(HybridModel hybrid, MemoryArchive archive)
    {
        using var tangent = hybrid.StartTangent()!;
        using var adjoint = hybrid.StartAdjoint()!;
        var (size, forcing) = (hybrid.StateSize, ForcingSeries.Of(hybrid.Forcing, archive)!.Over(1, 30));
        double[] state = hybrid.TypicalState(1), direction = hybrid.TypicalState(2), cotangent = hybrid.TypicalState(3);
        var (values, forward, backward, ahead, behind) = (new double[size], new double[size], new double[size], new double[size], new double[size]);
        tangent.Push(state, direction, values, forward, 1, forcing);
        adjoint.Pull(state, cotangent, values, backward, 1, forcing);
        var scale = forward.Zip(cotangent, (a, b) => Math.Abs(a * b)).Sum();
        Assert.AreEqual(forward.Zip(cotangent, (a, b) => a * b).Sum(), direction.Zip(backward, (a, b) => a * b).Sum(), 1e-5 * scale);
        const double Small = 1e-2;
        tangent.Apply([.. state.Zip(direction, (s, d) => s + (Small * d))], ahead, 1, forcing);
        tangent.Apply([.. state.Zip(direction, (s, d) => s - (Small * d))], behind, 1, forcing);
        for (var i = 0; i < size; i++)
        {
            Assert.AreEqual((ahead[i] - behind[i]) / (2 * Small), forward[i], 2e-3 * direction.Max(Math.Abs));
        }
    }
}
