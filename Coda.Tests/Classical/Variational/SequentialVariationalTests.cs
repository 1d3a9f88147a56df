using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Scoring;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Classical.Variational;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>4D-Var in windows, 3D-Var and the extended Kalman filter.</summary>
[TestClass]
public sealed class SequentialVariationalTests
{
    private static readonly string[] Names = ["strong-four-dvar", "three-dvar", "extended-kalman-filter"];

    // Measured with independent code: .251 ± .005 at the centre, .299 at the end. Changed only with a decision that is written down.
    [TestMethod]
    [DataRow(false, 100, 0.26)]
    [DataRow(true, 140, 0.33)]
    public void FourDVarScoresAsPublished(bool nowcast, int steps, double expected)
    {
        var twin = ExampleTwins.Lorenz96(size: 40, steps: steps, trajectories: 2, seed: 6);
        Assert.IsLessThan(expected, Score(twin, "strong-four-dvar", new JsonObject { ["halfWidth"] = 25, ["nowcast"] = nowcast }, nowcast ? 50 : 25));
    }

    // Measured with independent code: the linear-optimal filter .147, ETKF .172; 3D-Var .636, here with the model's own covariance.
    [TestMethod]
    [DataRow("extended-kalman-filter", 0.2)]
    [DataRow("three-dvar", 0.5)]
    public void FiltersScoreAsPublished(string name, double expected) =>
        Assert.IsLessThan(expected, Score(ExampleTwins.Lorenz96(size: 40, steps: 900, trajectories: 1, seed: 6), name, null, 300));

    [TestMethod]
    public void WithEverythingSeenAlmostExactlyTheTruthComesBack()
    {
        var twin = ExampleTwins.Lorenz96(size: 8, steps: 40, sigma: 1e-6, fraction: 1);
        var (archive, truth) = (twin.Archive(), twin.Truth().Values());
        foreach (var (name, options) in new[] { ("strong-four-dvar", """{ "halfWidth": 3, "tolerance": 1e-8, "iterations": 30 }"""), ("three-dvar", "{}"), ("extended-kalman-filter", "{}") })
        {
            ExampleTwins.AssertClose(truth, Create(name, archive, JsonNode.Parse(options)!.AsObject()).Analyze(archive).Values(), 1e-5);
        }
    }

    // Linearized over .05, the covariance shrinks faster than the errors, and nothing adds to it.
    [TestMethod]
    public void AFilterThatLostTheTruthStopsAndSaysWhere()
    {
        var archive = (ExampleTwins.Lorenz96(size: 40, steps: 2000, trajectories: 1, fraction: 1) with { StepLength = 0.05 }).Archive();
        var method = Create("extended-kalman-filter", archive, new JsonObject { ["modelErrorVariance"] = 0 });
        var message = Assert.ThrowsExactly<DivergenceException>(() => method.Analyze(archive).Count()).Message;
        Assert.MatchesRegex(
            @"extended-kalman-filter: trajectory 0 diverged at step \d+: spread [\d.]+\. Innovations: root mean square .* Raise the model's error variance",
            message);
        Assert.AreEqual(1, Create("extended-kalman-filter", archive, new JsonObject { ["modelErrorVariance"] = 0.003 }).Analyze(archive)
            .DistinctBy(b => b.Trajectory).Count());
    }

    [TestMethod]
    public void FourDVarWithoutMatricesFindsTheMinimumOfTheDenseWay()
    {
        var archive = ExampleTwins.Lorenz96(size: 12, steps: 30, trajectories: 1, fraction: 0.5, seed: 9).Archive();
        var options = new StrongFourDVar.Options { HalfWidth = 8, Tolerance = 1e-6, Iterations = 30, Solver = FourDVarSolver.Dense };
        var context = new AnalysisContext(archive);
        var dense = new StrongFourDVar(context, options).Analyze(archive).ToList();
        var blocks = new StrongFourDVar(context, options with { Solver = FourDVarSolver.ConjugateGradients }).Analyze(archive).ToList();
        ExampleTwins.AssertClose(dense.Values(), blocks.Values(), 1e-4);
        Assert.IsNotNull(dense[0].Spread);
        Assert.IsTrue(blocks.TrueForAll(block => block.Spread is null));
    }

    [TestMethod]
    public void NeitherWorkersNorTheRequestChangeABit()
    {
        var archive = ExampleTwins.Lorenz96(steps: 200, fraction: 0.5).Archive();
        foreach (var name in Names)
        {
            var options = name == "strong-four-dvar" ? new JsonObject { ["halfWidth"] = 8 } : null;
            var alone = Create(name, archive, options).Analyze(archive, new AnalysisRequest { Workers = 1 }).Values();
            Assert.HasCount(2 * 200 * 8, alone);
            CollectionAssert.AreEqual(alone, Create(name, archive, options).Analyze(archive, new AnalysisRequest { Workers = 3 }).Values(), name);
            var part = Create(name, archive, options).Analyze(archive, new AnalysisRequest { Trajectories = [1], Steps = new StepRange(70, 150) }).Values();
            CollectionAssert.AreEqual(alone[((200 + 70) * 8)..((200 + 150) * 8)], part, name);
        }
    }

    [TestMethod]
    public void TheSpreadTellsTheError()
    {
        var twin = ExampleTwins.Lorenz96(size: 12, steps: 300, trajectories: 1, fraction: 0.5, seed: 9);
        var (archive, truth) = (twin.Archive(), twin.Truth().Values());
        foreach (var name in new[] { "strong-four-dvar", "extended-kalman-filter" })
        {
            var blocks = Create(name, archive, name == "strong-four-dvar" ? new JsonObject { ["halfWidth"] = 10 } : null).Analyze(archive).ToList();
            var errors = blocks.Values().Zip(truth, (a, b) => (double)(a - b) * (a - b)).Skip(1200).Average();
            var variances = blocks.SelectMany(b => b.Spread!.Value.ToArray()).Skip(1200).Average(s => (double)s * s);
            Assert.AreEqual(1, Math.Sqrt(errors / variances), 0.35, name);
        }
    }

    [TestMethod]
    public void AHiddenFieldIsEstimatedThroughTheModel()
    {
        var twin = new TwinExperiment
        {
            System = new Component("lorenz63"),
            Operator = new Component("site-selection", new JsonObject { ["field"] = "x" }),
            StepCount = 400,
            SpinUpSteps = 500,
        };
        var (archive, truth) = (twin.Archive(), twin.Truth().ToList());
        foreach (var name in new[] { "strong-four-dvar", "extended-kalman-filter" })
        {
            var method = Create(name, archive);
            Assert.AreEqual(3, method.Layout.Size);
            Assert.IsLessThan(2, TruthScoring.Score(method.Analyze(archive), truth, archive, new ScoreRequest { Margin = 100 })[0].Value, name);
        }
    }

    [TestMethod]
    public void ThreeDVarCorrectsTheFieldsThatAreNamedAndTheModelCarriesTheOthers()
    {
        var twin = new TwinExperiment
        {
            System = new Component("lorenz63"),
            ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 1 }),
            StepLength = 0.05,
            StepCount = 30,
            SpinUpSteps = 500,
        };
        var archive = twin.Archive();
        var all = Create("three-dvar", archive).Analyze(archive).Values();
        ExampleTwins.AssertClose(all, Create("three-dvar", archive, Corrected("z", "x", "y")).Analyze(archive).Values(), 1e-5);
        var some = Create("three-dvar", archive, Corrected("x", "z")).Analyze(archive).Values();
        var model = new SimulatorModel(new ForecastContext(archive.Description), new());
        var next = new float[some.Length];
        model.Advance(some, next, some.Length / 3);
        for (var step = 1; step < some.Length / 3; step++)
        {
            Assert.AreEqual(next[((step - 1) * 3) + 1], some[(step * 3) + 1], 1e-4, $"y at step {step}");
            Assert.AreNotEqual(next[(step - 1) * 3], some[step * 3], $"x at step {step}");
        }

        static JsonObject Corrected(params string[] names) => new() { ["corrected"] = new JsonArray([.. names.Select(n => (JsonNode)n)]) };
    }

    [TestMethod]
    public void FaultsOfTheOptionsAreReportedAtOnce()
    {
        var context = new AnalysisContext(ExampleTwins.Lorenz96().Archive());
        var faults = new[]
        {
            Assert.ThrowsExactly<ArgumentException>(() => new StrongFourDVar(context, new() { HalfWidth = -1, BackgroundVariance = 0, Sigma = -1 })).Message,
            Assert.ThrowsExactly<ArgumentException>(() => new ThreeDVar(context, new() { BackgroundScale = 0, Sigma = double.NaN })).Message,
            Assert.ThrowsExactly<ArgumentException>(() => new ThreeDVar(context, new() { Corrected = ["v"] })).Message,
            Assert.ThrowsExactly<ArgumentException>(
                () => new ExtendedKalmanFilter(context, new() { ModelErrorVariance = -1, Inflation = 0.9, PriorVariance = 0 })).Message,
        };
        string[][] names = [["HalfWidth", "BackgroundVariance", "Sigma"], ["BackgroundScale", "Sigma"], ["Corrected", "fields of"], ["ModelErrorVariance", "Inflation", "PriorVariance"]];
        for (var i = 0; i < faults.Length; i++)
        {
            Assert.IsTrue(names[i].All(faults[i].Contains), faults[i]);
        }
    }

    private static double Score(TwinExperiment twin, string name, JsonObject? options, int margin)
    {
        var archive = twin.Archive();
        return TruthScoring.Score(Create(name, archive, options).Analyze(archive), twin.Truth(), archive, new ScoreRequest { Margin = margin })[0].Value;
    }

    private static AssimilationMethod Create(string name, IObservationArchive reference, JsonObject? options = null) =>
        AssimilationMethod.Catalog.Create(new Component(name, options), new AnalysisContext(reference));
}
