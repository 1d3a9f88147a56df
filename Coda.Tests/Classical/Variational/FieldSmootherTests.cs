using System.Text.Json.Nodes;
using Coda.Classical.Observed;
using Coda.Classical.Variational;
using Coda.Classical.Variational.Costs;
using Coda.Classical.Variational.Smoothing;
using Coda.Classical.Variational.Stretches;
using Coda.Classical.Variational.Tangents;
using Coda.Data.Archives;
using Coda.Data.Foundation;
using Coda.Data.Twins;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Tests.Interpretations;
using Coda.Tests.Training;
using Coda.Training.Export;

namespace Coda.Tests.Classical.Variational;

/// <summary>The polish and weak-constraint 4D-Var on fields: a flow between walls seen along tracks, and a torus of three fields of which one is seen.</summary>
[TestClass]
public sealed class FieldSmootherTests
{
    private const string Filter = "eakf:members=16,radius=4,inflation=1.02,spinUpSteps=400";

    private static readonly TwinExperiment Basin = new()
    {
        System = new Component("quasi-geostrophic", new JsonObject { ["size"] = 17, ["biharmonic"] = 1e-9 }),
        ObservingNetwork = MemberSettings.Component("tracks:interval=4,count=20"),
        StepLength = 1.25,
        StepCount = 120,
        Sigma = 0.5,
        Seed = 2,
    };

    private static readonly TwinExperiment Layer = new()
    {
        System = new Component("shallow-water", new JsonObject { ["size"] = 8 }),
        Operator = new Component("site-selection", new JsonObject { ["field"] = "h" }),
        ObservingNetwork = MemberSettings.Component("random-fraction:fraction=0.3,interval=4"),
        StepLength = 0.25,
        StepCount = 80,
        SpinUpSteps = 1000,
        Sigma = 2,
        Seed = 3,
    };

    private static readonly TwinExperiment ShortLayer = Layer with { StepCount = 60 };

    private static readonly Lazy<(MemoryArchive Archive, AssimilationMethod Filter, double Rmse)> OfBasin = new(() => Filtered(Basin));

    private static readonly Lazy<(MemoryArchive Archive, AssimilationMethod Filter, double Rmse)> OfLayer = new(() => Filtered(Layer));

    [TestMethod]
    public void OfFieldsThatAreNeverSeenItIsBetterThanTheFilterToo()
    {
        var (archive, filter, rmse) = OfLayer.Value;
        var reports = new List<StretchReport>();
        var blocks = Smoother(archive, filter, MatrixFree).Analyze(archive, new AnalysisRequest { Workers = 2 }, reports.Add).ToList();
        Assert.IsTrue(reports.TrueForAll(r => r.IsSound), string.Join('\n', reports));
        Assert.IsLessThan(0.85 * rmse, Rmse(Layer, archive, blocks), $"filter {rmse}");
        CollectionAssert.AreEqual(blocks.Values(), Smoother(archive, filter, MatrixFree).Analyze(archive, new AnalysisRequest { Workers = 1 }).Values());
    }

    // The filter's spread is .3 of its error here, and a stretch varies less about its mean than states do: innovations say how far the first state is off.
    [TestMethod]
    public void BetweenWallsItFindsTheTruthThatItsFirstGuessHasLost()
    {
        var (archive, filter, rmse) = OfBasin.Value;
        var reports = new List<StretchReport>();
        var options = MatrixFree with { GradientTolerance = 1e-2, Single = true };
        var blocks = Smoother(archive, filter, options).Analyze(archive, new AnalysisRequest { Workers = 2 }, reports.Add).ToList();
        Assert.IsTrue(reports.TrueForAll(r => r.IsSound), string.Join('\n', reports));
        Assert.IsLessThan(0.6 * rmse, Rmse(Basin, archive, blocks), $"filter {rmse}");
    }

    [TestMethod]
    public void AStretchThatIsAsGoodAsItsSolverCanMakeItIsSound()
    {
        var (archive, filter, rmse) = OfLayer.Value;
        var reports = new List<StretchReport>();
        var options = MatrixFree with { SolverIterations = 4, GradientTolerance = 1e-9, Passes = 12 };
        var blocks = Smoother(archive, filter, options).Analyze(archive, null, reports.Add).ToList();
        Assert.IsTrue(reports.TrueForAll(r => r.IsSound), string.Join('\n', reports));
        Assert.IsTrue(reports.Exists(r => r.UnsolvedEquations > 0), string.Join('\n', reports));
        Assert.IsLessThan(rmse, Rmse(Layer, archive, blocks));
    }

    [TestMethod]
    public void ByDefaultItStartsFromAFilterWhereInterpolationCannotWork()
    {
        var archive = OfBasin.Value.Archive;
        Assert.AreEqual("eakf", FirstGuessChoice.Of(new(archive), LinearizedModel.Of(new(archive), new ThreeDVar.Options())).Name);
        archive = OfLayer.Value.Archive;
        Assert.AreEqual("eakf", FirstGuessChoice.Of(new(archive), LinearizedModel.Of(new(archive), new ThreeDVar.Options())).Name);
        archive = ExampleTwins.Lorenz96(size: 8).Archive();
        Assert.AreEqual(
            "space-time-optimal-interpolation", FirstGuessChoice.Of(new(archive), LinearizedModel.Of(new(archive), new ThreeDVar.Options())).Name);
        _ = new WeakFourDVar(new AnalysisContext(OfLayer.Value.Archive), new());
    }

    // The files hold single precision.
    [TestMethod]
    public void APassThroughAnExportedModelIsThatThroughTheSimulator()
    {
        using var folder = new TemporaryDirectory();
        var archive = OfLayer.Value.Archive;
        var model = ModelExamples.Of(TrainingExamples.Experiment with { System = Layer.System, Parameters = [] }, archive);
        ModelExport.Write(model with { Parameters = model.Simulator.System.ParameterNumbers }, folder.Path, "");
        using var onnx = OnnxModel.Open(folder.Path);
        var simulator = LinearizedModel.Of(new AnalysisContext(archive), new ThreeDVar.Options());
        var hybrid = LinearizedModel.Of(new AnalysisContext(archive, onnx), new ThreeDVar.Options());
        Assert.IsTrue(hybrid.HasAdjoint);
        var observed = ((IObservationArchive)archive).ReadStretches(80, 0).Single();
        var terms = new ObservationTerms(observed, new(0, 20), new ErrorVariance(2, null));
        double[] states = [.. Layer.Truth().Values()[..(20 * 192)].Select((x, i) => x + (0.5 * Math.Sin(i)))];
        var covariance = TrajectoryPrior.Covariance(states, simulator.Layout, null, isCorrelated: true);
        var prior = new Prior(states[..192], covariance, covariance);
        var (expected, actual) = (Passed(simulator), Passed(hybrid));
        Agree.Within(2e-3, expected, actual, "states");
        Assert.IsGreaterThan(0.2, expected.Zip(states, (a, b) => Math.Abs(a - b)).Average(), "a change that is worth comparing");

        double[] Passed(LinearizedModel linear)
        {
            using var smoother = new CorrelatedSmoother(linear, new() { Tolerance = 1e-6 }, isSingle: false);
            double[] result = [.. states];
            Assert.IsTrue(smoother.Pass(result, terms, prior, 1e-3).IsSolved);
            return result;
        }
    }

    [TestMethod]
    public void ANetworkOnATorusIsPolishedByStretches()
    {
        using var folder = new TemporaryDirectory();
        var archive = ShortLayer.Archive();
        var model = ModelExamples.Of(TrainingExamples.Experiment with { System = Layer.System, Parameters = [] }, archive);
        ModelExport.Write(model with { Parameters = model.Simulator.System.ParameterNumbers }, folder.Path, "");
        using var onnx = OnnxModel.Open(folder.Path);
        var options = new PolishedMethod.Options { Solver = SmootherSolver.ConjugateGradients, StretchLength = 30, Overlap = 8, Passes = 1 };
        var method = new PolishedMethod(new AnalysisContext(archive, onnx), options);
        var reports = new List<StretchReport>();
        var polished = method.Analyze(archive, null, reports.Add).ToList();
        Assert.HasCount(2, reports);
        var network = new NetworkMethod(new AnalysisContext(archive, onnx), new()).Analyze(archive);
        Assert.IsLessThan(Rmse(ShortLayer, archive, network, 20), Rmse(ShortLayer, archive, polished, 20), string.Join('\n', reports));
    }

    [TestMethod]
    public void WhatCannotWorkIsRefused()
    {
        var archive = OfBasin.Value.Archive;
        var faults = Assert.ThrowsExactly<ArgumentException>(
            () => Smoother(archive, OfBasin.Value.Filter, new() { CostTolerance = 0, SolverIterations = 0 })).Message;
        StringAssert.Contains(faults, "CostTolerance");
        StringAssert.Contains(faults, "SolverIterations");
        var still = AssimilationMethod.Catalog.Create(new Component("climatology"), new AnalysisContext(archive));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Smoother(archive, still, MatrixFree).Analyze(archive).Count()).Message,
            "expected a first guess that varies", StringComparison.OrdinalIgnoreCase);
    }

    private static IteratedExtendedSmoother.Options MatrixFree => new() { Solver = SmootherSolver.ConjugateGradients, StretchLength = 60, Overlap = 20 };

    private static IteratedExtendedSmoother Smoother(MemoryArchive archive, AssimilationMethod guess, IteratedExtendedSmoother.Options options) =>
        new(new AnalysisContext(archive), options, guess);

    private static (MemoryArchive Archive, AssimilationMethod Filter, double Rmse) Filtered(TwinExperiment twin)
    {
        var archive = twin.Archive();
        var filter = AssimilationMethod.Catalog.Create(MemberSettings.Component(Filter), new AnalysisContext(archive));
        return (archive, filter, Rmse(twin, archive, filter.Analyze(archive)));
    }

    // Of every field in units of its deviation.
    private static double Rmse(TwinExperiment twin, MemoryArchive archive, IEnumerable<StateBlock> blocks, int first = 30)
    {
        var (truth, states, layout, sum) = (twin.Truth().Values(), blocks.Values(), archive.Description.Layout, 0.0);
        foreach (var field in layout.Fields)
        {
            var start = layout.OffsetOf(field.Name);
            int[] entries = [.. Enumerable.Range(first * layout.Size, truth.Length - ((first + 10) * layout.Size))
                .Where(i => i % layout.Size >= start && i % layout.Size < start + field.Size)];
            var mean = entries.Average(i => truth[i]);
            sum += entries.Average(i => Math.Pow(states[i] - truth[i], 2)) / entries.Average(i => Math.Pow(truth[i] - mean, 2));
        }

        return Math.Sqrt(sum / layout.Fields.Count);
    }
}
