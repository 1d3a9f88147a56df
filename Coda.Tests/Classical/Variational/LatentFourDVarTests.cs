using System.Text.Json.Nodes;
using Coda.Classical.Observed;
using Coda.Classical.Variational.Latent;
using Coda.Classical.Variational.Stretches;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Time;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Tests.Classical.Variational;

/// <summary>4D-Var in a latent space against the Kalman filter and smoother, 3D-Var and the forecast.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LatentFourDVarTests
{
    private static readonly TemporaryDirectory Folder = new();
    private static readonly TwinExperiment Convection = new()
    {
        System = new Component("lorenz63"),
        ObservingNetwork = new Component("random-fraction", new JsonObject { ["fraction"] = 0.5 }),
        Sigma = 1,
        StepCount = 80,
        TrajectoryCount = 2,
        SpinUpSteps = 500,
        Seed = 4,
    };

    private static OnnxModel _ring = null!;       // of LinearTwin's size
    private static OnnxModel _convection = null!;
    private static OnnxModel _convolutional = null!;

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        LatentExamples.WriteIdentity(Folder.File("ring"), new TwinExperiment
        {
            System = new Component("lorenz96", new JsonObject { ["size"] = LinearTwin.Size }), StepCount = 60, SpinUpSteps = 10,
        });
        LatentExamples.WriteIdentity(Folder.File("convection"), Convection);
        LatentExamples.Write(Folder.File("convolutional"));
        (_ring, _convection, _convolutional) =
            (OnnxModel.Open(Folder.File("ring")), OnnxModel.Open(Folder.File("convection")), OnnxModel.Open(Folder.File("convolutional")));
    }

    [ClassCleanup]
    public static void Remove()
    {
        _ring.Dispose();
        _convection.Dispose();
        _convolutional.Dispose();
        Folder.Dispose();
    }

    // Whatever the window: observations count once, and a window's background has all that is known of its start.
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    [DataRow(9)]
    public void OfALinearModelAFilterIsTheKalmanFilter(int windowSteps)
    {
        var twin = new LinearTwin(12, 0);
        var (means, variances, _, _) = twin.Textbook();
        Compare(means, variances, Linear(twin, windowSteps, ahead: 0), 0);
    }

    [TestMethod]
    [DataRow(12, 12)]
    [DataRow(5, 1)]
    public void OfALinearModelTheLastWindowIsTheSmootherOfTheRecord(int windowSteps, int stride)
    {
        var twin = new LinearTwin(12, 0);
        var (_, _, means, variances) = twin.Textbook();
        Compare(means, variances, Linear(twin, windowSteps, windowSteps - 1, stride), 12 - windowSteps);
    }

    [TestMethod]
    public void WindowsOfOneStepWithAStaticCovarianceAreLatentThreeDVar()
    {
        var archive = Convection.Archive();
        var expected = Analyze("latent-three-dvar", archive, _convection, new() { ["backgroundScale"] = 0.05, ["iterations"] = 20 });
        var actual = Analyze("latent-four-dvar", archive, _convection, new()
        {
            ["windowSteps"] = 1, ["carried"] = 0, ["backgroundScale"] = 0.05, ["iterations"] = 20, ["maximumMisfit"] = 1e9,
        });
        ExampleTwins.AssertClose(expected.Values(), actual.Values(), 5e-3);
        ExampleTwins.AssertClose(Spread(expected), Spread(actual), 5e-3);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void NoAnalysisSeesFurtherThanIsSaid(int ahead)
    {
        var archive = ExampleTwins.Lorenz96(steps: 20, trajectories: 2, fraction: 1).Archive();
        var method = Create("latent-four-dvar", archive, _convolutional, Options(6, 2, ahead));
        Assert.AreEqual(ahead, method.LookAhead);
        var whole = method.Analyze(archive, new AnalysisRequest { Workers = 2 }).ToList();
        Assert.HasCount(40 * 8, whole.Values());
        CollectionAssert.AreEqual(whole.Values(), method.Analyze(archive, new AnalysisRequest { Workers = 1 }).Values());
        var request = new AnalysisRequest { Trajectories = [1], Steps = new StepRange(11, 12), Workers = 1 };
        var seen = method.Analyze(archive, request).Values();
        CollectionAssert.AreEqual(whole.Values()[((20 + 11) * 8)..((20 + 12) * 8)], seen);
        CollectionAssert.AreEqual(seen, method.Analyze(new PastArchive(archive, 12 + ahead), request).Values());
    }

    [TestMethod]
    public void AFiltersStepsAfterTheFirstOfAWindowAreForecasts()
    {
        var twin = ExampleTwins.Lorenz96(steps: 13, trajectories: 1, fraction: 1);
        var archive = twin.Archive();
        var states = Analyze("latent-four-dvar", archive, _convolutional, Options(6, 3, 0)).Values();
        var simulator = new Simulator(
            DynamicalSystem.Catalog.Create(twin.System), Integrator.Catalog.Create(new Component("runge-kutta4")), twin.StepLength);
        var ops = new Coda.Data.Algebra.BufferAlgebra<double>();
        var parameters = ParameterValues<Coda.Data.Algebra.NdArray<double>>.Constants(ops, simulator.System.ParameterNumbers);
        for (var step = 1; step < 13; step++)
        {
            var before = ops.From(Array.ConvertAll(states[((step - 1) * 8)..(step * 8)], x => (double)x), 1, 8);
            var next = simulator.Advance(ops, before, parameters).Span.ToArray();
            var difference = next.Zip(states[(step * 8)..], (a, b) => Math.Abs(a - b)).Max();
            Assert.AreEqual(step % 3 != 0, difference < 1e-4, $"step {step}: {difference}");
        }
    }

    // The record goes over to another trajectory, which no window that starts before that fits.
    [TestMethod]
    public void AWindowThatFitsNothingIsSoughtAgain()
    {
        var (whole, truth) = (Convection.Archive(), Convection.Truth().ToList().Values());
        var stretch = whole.ReadObservations(0, whole.Description.Steps);
        var other = whole.ReadObservations(1, whole.Description.Steps);
        other.Values.AsSpan(120).CopyTo(stretch.Values.AsSpan(120)); // from step 40 on
        other.Mask.AsSpan(120).CopyTo(stretch.Mask.AsSpan(120));
        var archive = new MemoryArchive(whole.Description with { TrajectoryCount = 1 }, [stretch]);
        Assert.IsLessThan(0.5 * Error(1e9), Error(1.2));

        double Error(double maximumMisfit)
        {
            var options = Options(10, 1, 0);
            (options["carried"], options["maximumMisfit"], options["backgroundScale"]) = (1.0, maximumMisfit, 1e-6);
            var states = Analyze("latent-four-dvar", archive, _convection, options).Values();
            return Math.Sqrt(Enumerable.Range(60 * 3, 20 * 3).Average(i => Math.Pow(states[i] - truth[(80 * 3) + i], 2)));
        }
    }

    [TestMethod]
    [DataRow("latent-three-dvar")]
    [DataRow("latent-four-dvar")]
    public void OnATorusAnalysesFitTheObservationsBetterThanTheForecast(string method)
    {
        using var folder = new TemporaryDirectory();
        LatentExamples.Write(folder.Path, LatentExamples.Flow, LatentExamples.FlowExperiment);
        using var model = OnnxModel.Open(folder.Path);
        var archive = (LatentExamples.Flow with { TrajectoryCount = 1, StepCount = 12 }).Archive();
        var stretch = archive.ReadObservations(0, archive.Description.Steps);
        Assert.IsLessThan(Misfit(1e-8), Misfit(1));

        double Misfit(double scale)
        {
            JsonObject options = method == "latent-four-dvar" ? Options(6, 2, 0) : [];
            options["backgroundScale"] = scale;
            if (method == "latent-four-dvar")
            {
                (options["carried"], options["maximumMisfit"]) = (0, 1e9);
            }

            var states = Analyze(method, archive, model, options).Values();
            return Enumerable.Range(0, states.Length).Where(i => stretch.Mask[i] != 0).Average(i => Math.Pow(states[i] - stretch.Values[i], 2));
        }
    }

    [TestMethod]
    public void WhatItCannotDoIsRefused()
    {
        var archive = ExampleTwins.Lorenz96().Archive();
        Refused("--model DIR", () => Create("latent-four-dvar", archive, null, []));
        Refused("Ahead", () => Create("latent-four-dvar", archive, _convolutional, Options(6, 1, 6)));
        Refused("Stride", () => Create("latent-four-dvar", archive, _convolutional, Options(6, 7, 0)));
        Refused("Carried", () => Create("latent-four-dvar", archive, _convolutional, new() { ["carried"] = -1 }));
        Refused("BackgroundScale", () => Create("latent-four-dvar", archive, _convolutional, new() { ["backgroundScale"] = 0 }));
        Refused("states of", () => Create("latent-four-dvar", archive, _convection, new()
        {
            ["system"] = new JsonObject { ["name"] = "lorenz96", ["options"] = new JsonObject { ["size"] = 8 } },
        }));

        static void Refused(string what, Action make) => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(make).Message, what);
    }

    private static List<StateBlock> Linear(LinearTwin twin, int windowSteps, int ahead, int stride = 1)
    {
        var root = DenseMatrix.OfDiagonalArray([.. twin.Prior.Variances.Select(v => 2 * Math.Sqrt(v))]); // latent numbers are twice the state
        var climatology = new LatentClimatology([.. twin.Prior.Mean.Select(x => 2 * x)], root, root);
        using var cycle = new LatentCycle(twin.Model, new LatentStates(_ring, null), new(climatology, new ErrorVariance(0.3, null))
        {
            WindowSteps = windowSteps, Stride = stride, Ahead = ahead, Scale = 1e-10, Carried = 1, MaximumMisfit = 1e9,
        });
        var archive = new MemoryArchive(
            new TwinExperiment
            {
                System = new Component("lorenz96", new JsonObject { ["size"] = LinearTwin.Size }), StepCount = twin.Count, TrajectoryCount = 1,
            }.Describe(), [twin.Stretch]);
        return [.. cycle.Run(archive, 0, new StepRange(0, twin.Count), CancellationToken.None).Select(window => window.Block).OfType<StateBlock>()];
    }

    private static void Compare(double[][] means, double[][] variances, List<StateBlock> blocks, int from)
    {
        var (states, spread) = (blocks.Values(), Spread(blocks));
        for (var i = from * LinearTwin.Size; i < means.Length * LinearTwin.Size; i++)
        {
            var (step, entry) = (i / LinearTwin.Size, i % LinearTwin.Size);
            Assert.AreEqual(means[step][entry], states[i], 1e-4, $"mean at step {step}, entry {entry}");
            Assert.AreEqual(Math.Sqrt(variances[step][entry]), spread[i], 1e-4, $"deviation at step {step}, entry {entry}");
        }
    }

    private static JsonObject Options(int windowSteps, int stride, int ahead) =>
        new() { ["windowSteps"] = windowSteps, ["stride"] = stride, ["ahead"] = ahead };

    private static List<StateBlock> Analyze(string method, IObservationArchive archive, OnnxModel model, JsonObject options) =>
        [.. Create(method, archive, model, options).Analyze(archive, new AnalysisRequest { Workers = 1 })];

    private static AssimilationMethod Create(string method, IObservationArchive archive, OnnxModel? model, JsonObject options) =>
        AssimilationMethod.Catalog.Create(new Component(method, options), new AnalysisContext(archive, model));

    private static float[] Spread(List<StateBlock> blocks) => [.. blocks.SelectMany(block => block.Spread!.Value.ToArray())];
}
