using System.Text.Json.Nodes;
using Coda.Classical.Correlations;
using Coda.Classical.Observed;
using Coda.Classical.Tuning;
using Coda.Classical.Tuning.Windows;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Forecasting;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Tuning;

/// <summary>Parameters of fields from windows that share them.</summary>
[TestClass]
public sealed class WindowEstimationTests
{
    private static readonly TwinExperiment Torus = new()
    {
        System = new Component("lorenz96-torus"),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5, ["interval"] = 2 }),
        StepCount = 200,
        TrajectoryCount = 1,
        SpinUpSteps = 500,
        Seed = 3,
    };

    private static readonly Lazy<MemoryArchive> Ring =
        new(() => ExampleTwins.Lorenz96(size: 20, steps: 400, trajectories: 1, fraction: 0.5, seed: 5).Archive());

    [TestMethod]
    [DataRow(6)]
    [DataRow(10)]
    public void TheForcingOfATorusIsFoundFromEitherSide(double start)
    {
        var options = new WindowEstimation.Options
        {
            Starts = [KeyValuePair.Create("F", start)],
            FirstGuess = new("letkf", JsonNode.Parse("""{ "members": 12, "radius": 2, "inflation": 1.02, "spinUpSteps": 300 }""")!.AsObject()),
            MarginSteps = 80,
        };
        var estimates = new WindowEstimation(Torus.System, options).Estimate(Torus.Archive());
        var force = estimates.Parameters.Single();
        Assert.AreEqual((start, true, true), (force.Start, force.IsDetermined, estimates.HasConverged));
        Assert.AreEqual(8, force.Value, Math.Min(0.6, 4 * force.StandardError));
        Assert.IsInRange(1e-3, 0.3, force.StandardError);
        Assert.AreEqual((3, 0, 40), (estimates.Windows, estimates.Unsound, estimates.WindowSteps));
        Assert.IsGreaterThan(1, estimates.Rounds.Count);
        Assert.AreEqual(1, estimates.Misfit, 0.1);
        Assert.AreEqual(force.Value, (double)estimates.System.Options!["forcing"]!);
        Assert.AreEqual(Math.Max(estimates.CurvatureErrors[0], estimates.ScatterErrors[0]), force.StandardError);
    }

    [TestMethod]
    public void NeitherWorkersNorTheirOrderChangeABit()
    {
        var (one, three) = (Force(new AnalysisRequest { Workers = 1 }), Force(new AnalysisRequest { Workers = 3 }));
        Assert.AreEqual(one.Parameters[0], three.Parameters[0]);
        Assert.AreEqual(8, one.Parameters[0].Value, 4 * one.Parameters[0].StandardError);
    }

    // (I + GᵀG) x = right by conjugate gradients against the same equations with matrices, whose columns are differences of whole runs.
    [TestMethod]
    public void EliminatedEquationsAreThoseOfMatrices()
    {
        var archive = Ring.Value;
        var augmented = new Component("augmented", JsonNode.Parse(
            """{ "system": { "name": "lorenz96", "options": { "size": 20 } }, "parameters": ["F"] }""")!.AsObject());
        var model = LinearizedModel.Of(new AnalysisContext(archive), new Forecaster { System = augmented });
        var range = new StepRange(100, 120);
        var terms = new ObservationTerms(archive.ReadObservations(0, range), range, new ErrorVariance(null, 1));
        double[] deviations = [.. Enumerable.Range(0, 20).Select(i => 0.5 + (0.02 * i))];
        var covariance = new IndependentErrors([.. deviations.Select(d => d * d)]);
        var window = new ParameterWindow(Lorenz96().ReferenceState(), terms, 20)
        {
            Control = [.. Enumerable.Range(0, 20).Select(i => Math.Sin(i))],
        };
        using var solver = new ParameterWindowSolver(model, covariance, new() { Tolerance = 1e-9, IsPreconditioned = true }, isSingle: false);
        solver.Linearize(window, [7.5], [7.5]);

        // The gradient and the Hessian of Gauss-Newton from differences of the departures.
        double[] Departures(double[] unknowns)
        {
            var f = new SimulatorModel(
                new Simulator(Lorenz96(), new RungeKutta4(new()), archive.Description.StepLength), new Dictionary<string, double> { ["F"] = unknowns[20] });
            using var map = f.Start(isDouble: true);
            double[] x = [.. window.Background.Select((b, i) => b + (deviations[i] * unknowns[i]))];
            var (next, departures) = (new double[20], new double[terms.Count]);
            for (var k = 0; k < 20; k++)
            {
                for (var o = terms.At(k).Start; o < terms.At(k).End; o++)
                {
                    departures[o] = terms.Values[o] - x[terms.Sites[o]];
                }

                map.Apply(x, next, 1);
                (x, next) = (next, x);
            }

            return departures;
        }

        double[] at = [.. window.Control, 7.5];
        var d = Departures(at);
        var columns = new double[21][];
        for (var i = 0; i < 21; i++)
        {
            var (unit, up, down) = (i == 20 ? 7.5 : 1, at.ToArray(), at.ToArray());
            up[i] += 1e-5 * unit;
            down[i] -= 1e-5 * unit;
            columns[i] = [.. Departures(down).Zip(Departures(up), (a, b) => (a - b) / 2e-5)];
        }

        double Product(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
        var matrix = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(20, 20, (i, j) => (i == j ? 1 : 0) + Product(columns[i], columns[j]));
        var downhill = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(20, i => Product(columns[i], d) - window.Control[i]);
        var mixed = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(20, i => Product(columns[i], columns[20]));
        var response = matrix.Solve(mixed);
        Assert.AreEqual(Product(columns[20], columns[20]) - (response * mixed), window.Information[0, 0], 1e-5 * window.Information[0, 0]);
        Assert.AreEqual(Product(columns[20], d) - (response * downhill), window.Score[0], 1e-5 * Math.Abs(window.Score[0]) + 1e-6);
        ExampleTwins.AssertClose(matrix.Solve(downhill).Select(x => (float)x).ToArray(), [.. window.Step.Select(x => (float)x)], 1e-4);
    }

    [TestMethod]
    public void WindowsThatNoTrajectoryFitsAreLeftOutAndWhereNoneFitsThatIsSaid()
    {
        var fault = Assert.Throws<DivergenceException>(() => Force(new AnalysisRequest(), options => options with { Sigma = 0.05 }));
        StringAssert.Contains(fault.Message, "expected some that a trajectory of lorenz96 fits, got none");
    }

    [TestMethod]
    [DataRow("""{ "start": "model" }""", "eakf", "G", "parameters of 'lorenz96' (F)")]
    [DataRow("""{ "system": "lorenz96" }""", "eakf", "F", "a filter without a model of its own")]
    [DataRow("""{ "lag": 5 }""", "enks", "F", "a filter, which has not seen what its window observes")]
    public void FaultsAreTold(string options, string method, string parameter, string expected)
    {
        var filter = new Component(method, JsonNode.Parse(options)!.AsObject());
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => Force(new AnalysisRequest(), o => o with { FirstGuess = filter, Starts = [new(parameter, 7)] })).Message,
            expected);
    }

    [TestMethod]
    public void ARecordShorterThanAWindowIsRefused() => StringAssert.Contains(
        Assert.Throws<InvalidDataException>(() => Force(new AnalysisRequest(), o => o with { WindowSteps = 390 })).Message, "expected a record of at least");

    private static WindowEstimates Force(AnalysisRequest request, Func<WindowEstimation.Options, WindowEstimation.Options>? with = null)
    {
        var options = new WindowEstimation.Options
        {
            Starts = [KeyValuePair.Create("F", 7.0)],
            FirstGuess = Filter("""{ "members": 12, "radius": 3, "inflation": 1.02, "spinUpSteps": 200 }"""),
            WindowSteps = 50,
            WindowsPerTrajectory = 3,
        };
        return new WindowEstimation(new Component("lorenz96", new JsonObject { ["size"] = 20 }), with?.Invoke(options) ?? options)
            .Estimate(Ring.Value, request);
    }

    private static Lorenz96 Lorenz96() => new(new() { Size = 20 });

    private static Component Filter(string options) => new("eakf", JsonNode.Parse(options)!.AsObject());

    private sealed record Forecaster : ForecastingOptions;
}
