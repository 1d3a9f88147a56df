using System.Text.Json.Nodes;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;

namespace Coda.Tests.Classical.Variational;

/// <summary>3D-Var in a latent space against that in the space of states, and against the forecast.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LatentThreeDVarTests
{
    private static readonly TemporaryDirectory Folder = new();
    private static readonly TwinExperiment Twin = new()
    {
        System = new Component("lorenz63"),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.3 }),
        Sigma = 1,
        StepCount = 60,
        TrajectoryCount = 2,
        SpinUpSteps = 500,
        Seed = 4,
    };

    private static OnnxModel _identity = null!;
    private static OnnxModel _convolutional = null!;

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        LatentExamples.WriteIdentity(Folder.File("identity"), Twin);
        LatentExamples.Write(Folder.File("convolutional"));
        (_identity, _convolutional) = (OnnxModel.Open(Folder.File("identity")), OnnxModel.Open(Folder.File("convolutional")));
    }

    [ClassCleanup]
    public static void Remove()
    {
        _identity.Dispose();
        _convolutional.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    public void WhereLatentNumbersAreTheStateItIsThreeDVar()
    {
        var archive = Twin.Archive();
        var expected = Analyze("three-dvar", archive, _identity, new() { ["backgroundScale"] = 0.05 });
        var latent = Analyze("latent-three-dvar", archive, _identity, new() { ["backgroundScale"] = 0.05, ["covariance"] = "full" });
        ExampleTwins.AssertClose(expected.Values(), latent.Values(), 2e-3);
        ExampleTwins.AssertClose(Spread(expected), Spread(latent), 2e-3);
        var diagonal = Analyze("latent-three-dvar", archive, _identity, new() { ["backgroundScale"] = 0.05 });
        Assert.IsGreaterThan(0.01, expected.Values().Zip(diagonal.Values(), (a, b) => Math.Abs(a - b)).Max(), "variances alone are another covariance");
    }

    [TestMethod]
    public void WhereNothingIsObservedTheForecastStays()
    {
        var twin = ExampleTwins.Lorenz96(steps: 12, trajectories: 1, fraction: 1);
        var whole = twin.Archive();
        var stretch = whole.ReadObservations(0, whole.Description.Steps);
        stretch.Mask.AsSpan(8 * 2).Clear(); // from the third step on
        var archive = new MemoryArchive(whole.Description, [stretch]);
        var simulator = new Simulator(
            DynamicalSystem.Catalog.Create(twin.System), Integrator.Catalog.Create(new Component("runge-kutta4")), twin.StepLength);
        var states = Analyze("latent-three-dvar", archive, _convolutional, new() { ["system"] = "lorenz96:size=8" }).Values();
        var ops = new Coda.Data.Algebra.BufferAlgebra<double>();
        var parameters = ParameterValues<Coda.Data.Algebra.NdArray<double>>.Constants(ops, simulator.System.ParameterNumbers);
        for (var step = 2; step < 12; step++)
        {
            var before = ops.From(Array.ConvertAll(states[((step - 1) * 8)..(step * 8)], x => (double)x), 1, 8);
            var next = simulator.Advance(ops, before, parameters).Span.ToArray();
            ExampleTwins.AssertClose([.. next.Select(x => (float)x)], states[(step * 8)..((step + 1) * 8)], 1e-4);
        }
    }

    // With a residual kept, an auto-encoder that knows nothing still leaves the forecast; without, what it decodes is all there is.
    [TestMethod]
    public void TheAnalysisFitsTheObservationsBetterThanTheForecast()
    {
        var archive = ExampleTwins.Lorenz96(steps: 20, trajectories: 1, fraction: 1, sigma: 0.1).Archive();
        var stretch = archive.ReadObservations(0, archive.Description.Steps);
        var loose = Analyze("latent-three-dvar", archive, _convolutional, new() { ["backgroundScale"] = 1 }).Values();
        var tight = Analyze("latent-three-dvar", archive, _convolutional, new() { ["backgroundScale"] = 1e-8 }).Values();
        Assert.IsLessThan(Misfit(tight), Misfit(loose));

        double Misfit(float[] states) => states.Zip(stretch.Values, (x, y) => Math.Pow(x - y, 2)).Average();
    }

    [TestMethod]
    public void WhatItCannotDoIsRefused()
    {
        var archive = ExampleTwins.Lorenz96().Archive();
        Refused("--model DIR", () => Create("latent-three-dvar", archive, null, []));
        Refused("Iterations", () => Create("latent-three-dvar", archive, _convolutional, new() { ["iterations"] = 0 }));
        Refused("BackgroundScale", () => Create("latent-three-dvar", archive, _convolutional, new() { ["backgroundScale"] = 0 }));
        using var folder = new TemporaryDirectory();
        ExampleModels.Write(folder.Path);
        using var windows = OnnxModel.Open(folder.Path);
        Refused("autoEncoder", () => Create("latent-three-dvar", archive, windows, []));

        static void Refused(string what, Action make) => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(make).Message, what);
    }

    private static List<StateBlock> Analyze(string method, IObservationArchive archive, OnnxModel model, JsonObject options) =>
        [.. Create(method, archive, model, options).Analyze(archive, new AnalysisRequest { Workers = 1 })];

    private static AssimilationMethod Create(string method, IObservationArchive archive, OnnxModel? model, JsonObject options)
    {
        if (options["system"] is JsonValue)
        {
            options["system"] = new JsonObject { ["name"] = "lorenz96", ["options"] = new JsonObject { ["size"] = 8 } };
        }

        return AssimilationMethod.Catalog.Create(new Component(method, options), new AnalysisContext(archive, model));
    }

    private static float[] Spread(List<StateBlock> blocks) => [.. blocks.SelectMany(block => block.Spread!.Value.ToArray())];
}
