using System.Globalization;
using System.Text.Json.Nodes;
using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Cards;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Data.Observations;
using Coda.Data.Time;
using Coda.Inference.Assimilation;
using Coda.Inference.Sessions;
using Coda.Tests.Archives;
using Coda.Tests.Inference;
using Coda.Tests.Interpretations;
using Coda.Training.Algebra;
using Coda.Training.Experiments;
using Coda.Training.Export;
using Coda.Training.Losses;
using Coda.Training.Networks;
using Coda.Training.Optimization;
using Coda.Training.Stages;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>The spread of a network's analyses: the states are as without it, it is that of their errors, and it comes through the export.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SpreadTests
{
    private static readonly Experiment Experiment = TrainingExamples.Experiment with { Network = Network(hasSpread: true), WithholdingFraction = 0.4 };

    public static IEnumerable<object[]> Contexts => Enumerable.Range(0, 3).Select(i => new object[] { i });

    [TestMethod]
    [DynamicData(nameof(Contexts))]
    public void EveryInterpretationAndFormGivesTheSameSpread(int which)
    {
        var context = Context(which);
        var (network, bare) = (Make(context, hasSpread: true), Make(context, hasSpread: false));
        var (times, sites, length) = (6 + (2 * network.HalfWidth), context.SiteCount, (2 * network.HalfWidth) + 1);
        var weights = NetworkExamples.Weights(network.WeightDefinitions);
        var stretch = NetworkExamples.Observations(1, times, sites) with { Shape = [2, times, sites], SymbolicAxis = 1 };
        var windows = new Operand(
            [.. from k in Enumerable.Range(0, 6)
                from kind in Enumerable.Range(0, 2)
                from at in Enumerable.Range(((kind * times) + k) * sites, length * sites)
                select stretch.Values[at]],
            6, 2, length, sites) { SymbolicAxis = 0 };
        var (ofWindows, ofStretch) = (weights.With("window", windows), weights.With("stretch", stretch));

        var expected = Interpret.OnTorch(new SpreadFormula(network), ofWindows);
        CollectionAssert.AreEqual(new[] { 6, context.Layout.Size }, expected.Shape);
        Assert.IsTrue(expected.Values.All(s => s > 0) && expected.Values.Max() > 1.05 * expected.Values.Min(), string.Join(", ", expected.Values));
        Agree.Within(1e-4, expected, Interpret.OnOnnx(new SpreadFormula(network), ofWindows), "ONNX Runtime, windows");
        Agree.Within(1e-4, expected, Interpret.OnTorch(new SpreadFormula(network, IsStretch: true), ofStretch), "LibTorch, stretch");
        Agree.Within(1e-4, expected, Interpret.OnOnnx(new SpreadFormula(network, IsStretch: true), ofStretch), "ONNX Runtime, stretch");

        var states = Interpret.OnTorch(new AnalysisFormula(bare), ofWindows);
        Agree.Within(0, states, Interpret.OnTorch(new AnalysisFormula(network), ofWindows), "states, alone");
        Agree.Within(0, states, Interpret.OnTorch(new SpreadFormula(network, IsState: true), ofWindows), "states, beside their spread");
        Agree.Within(1e-4, states, Interpret.OnOnnx(new SpreadFormula(network, IsState: true), ofWindows), "states in ONNX Runtime");
    }

    [TestMethod]
    public void AFreshSpreadIsAShareOfTheClimatologysDeviationAndItsGradientStaysWithItsOwnWeights()
    {
        var network = Make(NetworkExamples.Sparse, hasSpread: true);
        using var scope = NewDisposeScope();
        using var store = new WeightStore(network.WeightDefinitions, 1, CPU);
        var windows = Interpret.ToTensor(NetworkExamples.Observations(4, (2 * network.HalfWidth) + 1, 6));
        Assert.IsTrue(Interpret.Plain(Spread()).Values.All(
            s => Math.Abs(s - (3.6 / Math.Sqrt(2))) < 1e-5), "expected the deviation of the climatology over the root of 2");
        using (no_grad())
        {
            store.Tensors["spread.second.weight"].Add(0.1);
        }

        Spread().log().sum().backward();
        foreach (var definition in network.WeightDefinitions)
        {
            var norm = store.Tensors[definition.Name].grad?.norm().item<float>() ?? 0;
            Assert.AreEqual(definition is { IsSpread: true, IsTrained: true }, norm > 0, $"{definition.Name}: {norm}");
        }

        Tensor Spread() => network.Analyze(new TorchAlgebra(CPU), store.View(), windows).Spread!();
    }

    [TestMethod]
    public void TheLikelihoodIsThatOfWhatIsWithheldAlone()
    {
        var h = new SiteSelection(StateLayout.On(new Ring(4)), new SiteSelection.Options { Every = 2 });
        var inputs = new Dictionary<string, Operand>
        {
            ["states"] = Operand.Gaussian(1, 3, 4),
            ["spread"] = new([.. Operand.Gaussian(2, 3, 4).Values.Select(v => 0.2 + Math.Abs(v))], 3, 4),
            ["values"] = Operand.Gaussian(3, 3, 2),
            ["precisions"] = new([0, 0.25, 1, 0, 4, 0], 3, 2),
        };
        var expected = 0.0;
        for (var i = 0; i < 6; i++)
        {
            if (inputs["precisions"].Values[i] is > 0 and var precision)
            {
                var (at, noise) = ((i / 2 * 4) + (2 * (i % 2)), 1 / precision);
                var (variance, error) = (Math.Pow(inputs["spread"].Values[at], 2) + noise, inputs["values"].Values[i] - inputs["states"].Values[at]);
                var density = Math.Exp(-error * error / (2 * variance)) / Math.Sqrt(2 * Math.PI * variance);
                expected += -Math.Log(density) - (0.5 * Math.Log(2 * Math.PI * noise));
            }
        }

        var formula = new LikelihoodFormula(h);
        Assert.AreEqual(expected, Interpret.OnBuffers<double>(formula, inputs).Values.Single(), 1e-12);
        Agree.GradientWithFiniteDifferences(formula, inputs, ["spread", "states"]);
        Agree.OverAlgebras(1e-5, formula, inputs);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void TrainingLeavesTheStatesBitsAndParametersAsWithoutASpread(int threads)
    {
        using var folder = new TemporaryDirectory();
        TrainedModel Train(string name, bool hasSpread)
        {
            using var training =
                new StageRun(new JointStage(Experiment with { Network = Network(hasSpread) }, TrainingExamples.Record()), folder.File(name), threads: threads);
            return training.Run();
        }

        var (bare, model) = (Train("without", false), Train("with", true));
        Assert.AreEqual((bare.Validation, bare.Parameters["F"]), (model.Validation, model.Parameters["F"]));
        foreach (var (name, weight) in bare.NetworkWeights)
        {
            Agree.Bits(weight, model.NetworkWeights[name], name);
        }

        Assert.AreEqual(bare.NetworkWeights.Count + 6, model.NetworkWeights.Count);
        Assert.IsTrue(model.NetworkWeights["spread.second.bias"][0] != 0, "expected the spread to be trained");
    }

    [TestMethod]
    public void AnInterruptedRunGivesTheBitsOfAnUninterruptedOneAndTellsTheLikelihood()
    {
        using var folder = new TemporaryDirectory();
        TrainedModel? model = null;
        var terms = new List<string>();
        while (model is null)
        {
            using var training = new StageRun(new JointStage(Experiment, TrainingExamples.Record()), folder.File("often"), threads: 1);
            try
            {
                model = training.Run(cancellation: new CancellationToken(canceled: training.Step < 5));
            }
            catch (OperationCanceledException)
            {
            }
        }

        using var once = new StageRun(new JointStage(Experiment, TrainingExamples.Record()), folder.File("once"), threads: 1);
        var expected = once.Run(new Told(p => terms.AddRange(p.Terms.Keys)));
        foreach (var (name, weight) in expected.NetworkWeights)
        {
            Agree.Bits(weight, model.NetworkWeights[name], name);
        }

        CollectionAssert.AreEqual(File.ReadAllBytes(folder.File("once")), File.ReadAllBytes(folder.File("often")), "expected the same checkpoint");
        CollectionAssert.AreEqual(new[] { "data-misfit", "consistency", SpreadLikelihood.Name }, terms.TakeLast(3).ToArray());
    }

    // States that stand still, observed n times in the window with errors of standard deviation 1: their posterior variance is 1 / (1/4 + n).
    [TestMethod]
    public void TheSpreadOfAGaussianProblemIsItsPosteriors()
    {
        const int sites = 8, length = 5;
        var record = Still(trajectories: 4000, steps: 20, sites, seed: 1);
        var experiment = Experiment with
        {
            Network = new Component("time-channel",
                new JsonObject { ["halfWidth"] = length / 2, ["width"] = 16, ["blocks"] = 1, ["kernel"] = 1, ["hasSpread"] = true }),
            Parameters = [],
            Loss = [new Component("data-misfit")],
            RolloutLength = 8, // observations from outside the window, too
            Steps = 1500,
            BatchSize = 64,
            WarmUpSteps = 100,
            LearningRate = 3e-3,
            BlankingProbability = 0,
            ValidationInterval = 500,
            CheckpointInterval = 5000,
        };
        using var folder = new TemporaryDirectory();
        using var training = new StageRun(new JointStage(experiment, record), folder.File("c"), threads: 1);
        var model = training.Run();
        using var weights = new WeightStore(model.Network.WeightDefinitions, 0, CPU);
        weights.Load(model.NetworkWeights);

        var fresh = Still(trajectories: 1500, steps: length, sites, seed: 2);
        var sums = new Dictionary<(int Count, bool IsCentre), (double Variance, double Squares, int Count)>();
        for (var trajectory = 0; trajectory < 1500; trajectory++)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var stretch = fresh.ReadObservations(trajectory, new StepRange(0, length));
            var analysis = model.Network.Analyze(
                new TorchAlgebra(CPU), weights.View(), TorchArrays.Of([.. stretch.Values, .. stretch.Mask]).reshape(1, 2, length, sites));
            var (states, spreads) = (Interpret.Plain(analysis.State).Values, Interpret.Plain(analysis.Spread!()).Values);
            for (var site = 0; site < sites; site++)
            {
                var key = ((int)Enumerable.Range(0, length).Sum(t => stretch.Mask[(t * sites) + site]), stretch.Mask[(length / 2 * sites) + site] > 0);
                var (variance, squares, count) = sums.GetValueOrDefault(key);
                var error = states[site] - StillState(2, trajectory, site);
                sums[key] = (variance + (spreads[site] * spreads[site]), squares + (error * error), count + 1);
            }
        }

        var table = string.Join('\n', sums.OrderBy(s => s.Key).Select(s => string.Create(
            CultureInfo.InvariantCulture,
            $"{s.Key}: {Math.Sqrt(s.Value.Variance / s.Value.Count):F3}, error {Math.Sqrt(s.Value.Squares / s.Value.Count):F3}, posterior "
                + $"{1 / Math.Sqrt(0.25 + s.Key.Count):F3}, {s.Value.Count}")));

        // Of what is withheld at the centre, the network sees at most four in the window.
        foreach (var ((n, _), (variance, squares, count)) in sums.Where(s => s.Value.Count > 200 && s.Key.Count < length))
        {
            Assert.AreEqual(1 / Math.Sqrt(0.25 + n), Math.Sqrt(variance / count), 0.1, table);
            Assert.AreEqual(1, Math.Sqrt(variance / squares), 0.2, table);
        }

        Assert.IsGreaterThan(6, sums.Count(s => s.Value.Count > 200), table);
    }

    // Observations of sigma 1, of states with d = 2 whose errors have the variance 4 r/(1 + r), r = floor + scale times what the spread says.
    [TestMethod]
    [DataRow(0.0, 1.0)]
    [DataRow(0.3, 1.0)]
    [DataRow(0.05, 0.5)]
    [DataRow(0.0, 2.0)]
    public void TheCalibrationFindsFloorAndScale(double floor, double scale)
    {
        var random = new CounterRandom(3);
        var entries = new List<SpreadCalibration.Entry>();
        for (var i = 0; i < 50_000; i++)
        {
            var ratio = Math.Exp(random.NextGaussian() - 1);
            var r = floor + (scale * ratio);
            entries.Add(new(4, ratio, (1 + (4 * r / (1 + r))) * Math.Pow(random.NextGaussian(), 2)));
        }

        var (a, b) = SpreadCalibration.Maximum(entries);
        Assert.AreEqual(floor, a, 0.02);
        Assert.AreEqual(scale, b, 0.06);
        Assert.AreEqual((0, 1), SpreadCalibration.Maximum([]));
    }

    // Innovations smaller than their errors leave nothing to the spread, which stays positive all the same.
    [TestMethod]
    public void WhatFitsBetterThanItsErrorsLeavesASmallSpread()
    {
        var (floor, scale) = SpreadCalibration.Maximum([.. Enumerable.Range(0, 1000).Select(i => new SpreadCalibration.Entry(4, 0.1 + (i / 1000.0), 0.5))]);
        Assert.AreEqual(0, floor);
        Assert.IsTrue(scale is > 0 and < 0.1, $"{scale}");
    }

    [TestMethod]
    public void ASpreadNeedsWithheldObservationsOfSelectedEntries()
    {
        var record = TrainingExamples.Record(TrainingExamples.Twin with { Operator = new Component("neighbour-mean") });
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new TrainingSetup(Experiment with { WithholdingFraction = 0 }, record));
        StringAssert.Contains(fault.Message, "WithholdingFraction: expected greater than 0 (0.4 does), or a network without hasSpread, got 0");
        StringAssert.Contains(fault.Message, "got neighbour-mean");
        Assert.IsNotNull(new TrainingSetup(Experiment with { WithholdingFraction = 0, Network = Network(hasSpread: false) }, record));
    }

    [TestMethod]
    public void ANetworkWithoutASpreadSaysSo()
    {
        using var scope = NewDisposeScope();
        var ops = new TorchAlgebra(CPU);
        foreach (var name in AssimilationNetwork.Catalog.Names)
        {
            var network = NetworkExamples.Make(name);
            Assert.IsFalse(network.HasSpread);
            using var store = new WeightStore(network.WeightDefinitions, 0, CPU);
            Assert.IsNull(network.Analyze(ops, store.View(), TorchArrays.Of(new float[network.InputChannels * ((2 * network.HalfWidth)
                + 1) * NetworkExamples.Aligned.SiteCount], 1, network.InputChannels, (2 * network.HalfWidth) + 1, NetworkExamples.Aligned.SiteCount)).Spread);
        }
    }

    [TestMethod]
    public void AModelsAnalysesCarryTheSpreadThatItsReferenceHolds()
    {
        using var folder = new TemporaryDirectory();
        var card = ModelExport.Write(ModelExamples.Of(Experiment), folder.Path, "");
        foreach (var file in new[] { GraphFiles.Analysis, GraphFiles.AnalysisStretch })
        {
            CollectionAssert.AreEqual(new[] { ModelFolder.State, ModelFolder.Spread }, card.Files[file].Outputs.Keys.ToArray());
        }

        Assert.IsLessThan(1e-4, ReferenceCheck.Run(folder.Path).Values.Max());
        var archive = TrainingExamples.Record();
        using (var model = OnnxModel.Open(folder.Path))
        {
            var context = new AnalysisContext(archive, model);
            var windows = new NetworkMethod(context, new() { Form = NetworkForm.Window }).Analyze(archive).ToList();
            var stretches = new NetworkMethod(context, new() { Form = NetworkForm.Stretch }).Analyze(archive).ToList();
            var spread = windows.SelectMany(b => b.Spread!.Value.ToArray()).ToArray();
            Assert.HasCount(2 * 300 * 8, spread);
            Assert.IsTrue(spread.All(s => s > 0));
            ExampleTwins.AssertClose(spread, [.. stretches.SelectMany(b => b.Spread!.Value.ToArray())], 1e-4);
            ExampleTwins.AssertClose(windows.Values(), stretches.Values(), 1e-4);
        }

        var (arrays, metadata) = TensorFile.Read(folder.File(ModelFolder.Reference));
        var moved = arrays.ToDictionary(p => p.Key, p => p.Key == ModelFolder.Spread ? [.. p.Value.Select(s => s + 0.01f)] : p.Value);
        TensorFile.Write(folder.File(ModelFolder.Reference), moved, metadata.ToDictionary());
        StringAssert.Contains(Assert.ThrowsExactly<ModelMismatchException>(() => ReferenceCheck.Run(folder.Path)).Message, "got a difference of 0.01");
    }

    private static Component Network(bool hasSpread)
    {
        var network = (JsonObject)TrainingExamples.Experiment.Network.Options!.DeepClone();
        network["hasSpread"] = hasSpread;
        return new Component("time-channel", network);
    }

    private static AssimilationContext Context(int which) => new[] { NetworkExamples.Aligned, NetworkExamples.Sparse, NetworkExamples.Components }[which];

    private static TimeChannelNetwork Make(AssimilationContext context, bool hasSpread) =>
        new(context, new() { HalfWidth = 4, Width = 8, Blocks = 2, Kernel = 3, HasSpread = hasSpread });

    private static double StillState(ulong seed, int trajectory, int site) => 1 + (2 * new CounterRandom(seed, 1, trajectory, site).NextGaussian());

    // A step so short that Lorenz-96 does not move; half of the entries are observed.
    private static MemoryArchive Still(int trajectories, long steps, int sites, ulong seed)
    {
        var description = TrainingExamples.Twin.Describe() with { StepLength = 1e-7, Steps = new StepRange(0, steps), TrajectoryCount = trajectories };
        return new MemoryArchive(description, Enumerable.Range(0, trajectories).Select(trajectory =>
        {
            var (stretch, random) = (new ObservationStretch(trajectory, description.Steps, sites), new CounterRandom(seed, 2, trajectory));
            for (var i = 0; i < stretch.Values.Length; i++)
            {
                var noise = random.NextGaussian();
                if (random.NextUniform() < 0.5)
                {
                    (stretch.Values[i], stretch.Mask[i]) = ((float)(StillState(seed, trajectory, i % sites) + noise), 1);
                }
            }

            return stretch;
        }));
    }

    private sealed record LikelihoodFormula(ObservationOperator H) : IFormula
    {
        public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs) =>
            SpreadLikelihood.Sum(ops, H, inputs["states"], inputs["spread"], inputs["values"], inputs["precisions"]);
    }

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
