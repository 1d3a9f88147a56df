using Coda.Data.Dynamics;
using Coda.Data.Geometry;
using Coda.Tests.Interpretations;
using Coda.Training.Algebra;
using Coda.Training.Export;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>What every assimilation network of the catalogue must do.</summary>
[TestClass]
public sealed class AssimilationNetworkConformanceTests
{
    public static IEnumerable<object[]> Names => AssimilationNetwork.Catalog.Names.Select(name => new object[] { name });

    public static IEnumerable<object[]> StretchNames => AssimilationNetwork.Catalog.Names
        .Where(name => NetworkExamples.Make(name) is IStretchNetwork).Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ABatchIsAnalyzedAsEachWindowAlone(string name)
    {
        var network = NetworkExamples.Make(name);
        var (weights, windows) = (NetworkExamples.Weights(network.WeightDefinitions), Windows(network, 3));
        var whole = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", windows));
        CollectionAssert.AreEqual(new[] { 3, NetworkExamples.Size }, whole.Shape);
        for (var i = 0; i < 3; i++)
        {
            var alone = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", windows.Row(i)));
            Agree.Within(1e-5, whole.Row(i), alone, $"window {i}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void OnnxRuntimeAgreesWithLibTorchOnEveryLayoutItTakes(string name)
    {
        var taken = 0;
        foreach (var context in NetworkExamples.All)
        {
            if (NetworkExamples.TryMake(name, context) is not { } network)
            {
                continue;
            }

            taken++;
            var inputs = NetworkExamples.Weights(network.WeightDefinitions).With("window", Windows(network, 3, context.SiteCount));
            var expected = Interpret.OnTorch(new AnalysisFormula(network), inputs);
            CollectionAssert.AreEqual(new[] { 3, context.Layout.Size }, expected.Shape);
            Assert.IsTrue(expected.Values.Distinct().Count() > 3, "expected states that differ");
            Agree.Within(1e-4, expected, Interpret.OnOnnx(new AnalysisFormula(network), inputs), $"{context.Layout}");
        }

        Assert.IsGreaterThan(0, taken);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheDefaultOptionsServeARing(string name)
    {
        var network = AssimilationNetwork.Catalog.Create(new(name), NetworkExamples.Aligned);
        var inputs = NetworkExamples.Weights(network.WeightDefinitions).With("window", Windows(network, 2));
        Agree.Within(1e-4, Interpret.OnTorch(new AnalysisFormula(network), inputs), Interpret.OnOnnx(new AnalysisFormula(network), inputs), "default options");
    }

    [TestMethod]
    [DynamicData(nameof(StretchNames))]
    public void AStretchIsAnalyzedAsItsWindows(string name)
    {
        foreach (var context in NetworkExamples.All)
        {
            if (NetworkExamples.TryMake(name, context) is not { } network)
            {
                continue;
            }

            var (weights, length, sites) = (NetworkExamples.Weights(network.WeightDefinitions), (2 * network.HalfWidth) + 1, context.SiteCount);
            const int count = 6;
            var times = count + (2 * network.HalfWidth);
            var stretch = NetworkExamples.Observations(1, times, sites) with { Shape = [2, times, sites], SymbolicAxis = 1 };
            double At(int kind, int time, int site) => stretch.Values[(((kind * times) + time) * sites) + site];
            var windows = new Operand(
                [.. from k in Enumerable.Range(0, count)
                    from kind in Enumerable.Range(0, 2)
                    from time in Enumerable.Range(k, length)
                    from site in Enumerable.Range(0, sites)
                    select At(kind, time, site)],
                count, 2, length, sites) { SymbolicAxis = 0 };

            var expected = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", windows));
            Agree.Within(1e-4, expected,
                Interpret.OnTorch(new AnalysisFormula(network, IsStretch: true), weights.With("stretch", stretch)), $"LibTorch, {context.Layout}");
            Agree.Within(1e-4, expected,
                Interpret.OnOnnx(new AnalysisFormula(network, IsStretch: true), weights.With("stretch", stretch)), $"ONNX Runtime, {context.Layout}");
            Agree.Within(1e-4, expected.Row(0), Interpret.OnOnnx(
                new AnalysisFormula(network, IsStretch: true), weights.With("stretch", First(stretch, length))), "a stretch of one window");
        }
    }

    [TestMethod]
    [DataRow(2, false)]
    [DataRow(1, true)]
    [DataRow(3, true)]
    public void DilatedAndSeparableConvolutionsAgreeInEveryForm(int dilation, bool isSeparable)
    {
        var plain = new TimeChannelNetwork.Options { HalfWidth = 4, Width = 8, Blocks = 2, Kernel = 3 };
        foreach (var context in new[] { NetworkExamples.Aligned, NetworkExamples.Components })
        {
            var network = new TimeChannelNetwork(context, plain with { Dilation = dilation, IsSeparable = isSeparable });
            var weights = NetworkExamples.Weights(network.WeightDefinitions);
            var window = Windows(network, 1, context.SiteCount);
            var expected = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", window));
            Agree.Within(1e-4, expected, Interpret.OnOnnx(new AnalysisFormula(network), weights.With("window", window)), $"windows, {context.Layout}");
            var stretch = window with { Shape = [2, 9, context.SiteCount], SymbolicAxis = 1 };
            Agree.Within(1e-4, expected,
                Interpret.OnOnnx(new AnalysisFormula(network, IsStretch: true), weights.With("stretch", stretch)), $"stretch, {context.Layout}");
        }

        var (dense, other) =
            (new TimeChannelNetwork(NetworkExamples.Aligned, plain), new TimeChannelNetwork(NetworkExamples.Aligned, plain with { IsSeparable = true }));
        Assert.IsLessThan(dense.WeightDefinitions.Sum(d => d.Length), other.WeightDefinitions.Sum(d => d.Length));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new TimeChannelNetwork(NetworkExamples.Aligned, plain with { Dilation = 8 }));
        StringAssert.Contains(fault.Message, "does not span more than the 16 sites of the grid's shortest axis");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheGradientReachesEveryTrainedWeight(string name)
    {
        var network = NetworkExamples.Make(name);
        using var scope = NewDisposeScope();
        using var store = new WeightStore(network.WeightDefinitions, 1, CPU);
        var states = network.Analyze(new TorchAlgebra(CPU), store.View(), Interpret.ToTensor(Windows(network, 4))).State;
        (states * states).sum().backward();
        foreach (var (weight, tensor) in store.Trained)
        {
            var gradient = tensor.grad;
            Assert.IsNotNull(gradient, weight);
            var norm = gradient.norm().item<float>();
            Assert.IsTrue(norm > 0 && float.IsFinite(norm), $"{weight}: gradient norm {norm}");
        }

        foreach (var definition in network.WeightDefinitions.Where(d => !d.IsTrained))
        {
            Assert.IsFalse(store.Tensors[definition.Name].requires_grad, definition.Name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ReducedPrecisionChangesStatesAndGradientsByItsRoundingOnly(string name)
    {
        var component = NetworkExamples.Small(name);
        if (component.Options!.ContainsKey("width"))
        {
            component.Options["width"] = 16;
        }

        var network = AssimilationNetwork.Catalog.Create(component, NetworkExamples.Aligned);
        (double[] States, Dictionary<string, double[]> Gradients) Run(ConvolutionPrecision precision)
        {
            using var scope = NewDisposeScope();
            using var store = new WeightStore(network.WeightDefinitions, 1, CPU);
            var states = network.Analyze(new TorchAlgebra(CPU, isTraining: false, precision), store.View(), Interpret.ToTensor(Windows(network, 4))).State;
            (states * states).sum().backward();
            return (Interpret.Plain(states).Values, store.Trained.ToDictionary(p => p.Key, p => Interpret.Plain(p.Value.grad!).Values));
        }

        var (full, reduced) = (Run(ConvolutionPrecision.Float32), Run(ConvolutionPrecision.BFloat16));
        double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum() / a.Sum(x => x * x));
        Assert.IsTrue(Distance(full.States, reduced.States) is > 0 and < 0.05, $"states: {Distance(full.States, reduced.States)}");
        foreach (var (weight, gradient) in full.Gradients)
        {
            Assert.IsLessThan(0.1, Distance(gradient, reduced.Gradients[weight]), weight);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EveryObservationInTheWindowMatters(string name)
    {
        var network = NetworkExamples.Make(name);
        var (weights, windows) = (NetworkExamples.Weights(network.WeightDefinitions), Windows(network, 1));
        var half = windows.Values.Length / 2;
        var expected = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", windows));
        for (var i = 0; i < half; i += 5)
        {
            if (windows.Values[half + i] == 0)
            {
                continue;
            }

            double[] moved = [.. windows.Values];
            moved[i] += 50;
            var actual = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", windows with { Values = moved }));
            Assert.IsGreaterThan(0, Agree.Norm(actual.Plus(-1, expected)), $"entry {i}");
        }
    }

    [TestMethod]
    [DataRow("time-channel")]
    public void WhatStandsWhereNothingIsObservedDoesNotMatter(string name)
    {
        foreach (var context in NetworkExamples.All)
        {
            var network = NetworkExamples.Make(name, context);
            var (weights, windows) = (NetworkExamples.Weights(network.WeightDefinitions), Windows(network, 1, context.SiteCount));
            var half = windows.Values.Length / 2;
            var dirty = windows with { Values = [.. windows.Values.Select((v, i) => i < half && windows.Values[half + i] == 0 ? 999 : v)] };
            Agree.Within(
                0, Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", windows)),
                Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", dirty)), "unobserved entries set to 999");
        }
    }

    [TestMethod]
    [DataRow("time-channel", 1)]
    [DataRow("time-channel", 5)]
    [DataRow("unet15", 4)]
    [DataRow("unet15", 12)]
    public void ARingTurnedGivesStatesTurned(string name, int shift)
    {
        var network = NetworkExamples.Make(name);
        var (weights, windows) = (NetworkExamples.Weights(network.WeightDefinitions), Windows(network, 2));
        var states = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", windows));
        var turned = Interpret.OnTorch(new AnalysisFormula(network), weights.With("window", Turn(windows)));
        Agree.Within(1e-4, Turn(states), turned, $"turned by {shift}");

        Operand Turn(Operand a)
        {
            var size = a.Shape[^1];
            return a with { Values = [.. a.Values.Select((_, i) => a.Values[(i / size * size) + ((i + size - shift) % size)])] };
        }
    }

    [TestMethod]
    [DataRow(0, 2, false)]
    [DataRow(1, 0, false)]
    [DataRow(2, 4, true)]
    public void ATorusTurnedAlongEitherAxisGivesStatesAndSpreadsTurned(int rows, int columns, bool readsInput)
    {
        var (torus, size) = (new Torus(5, 6), 30);
        var context = NetworkExamples.Context(StateLayout.On(torus), Enumerable.Range(0, size));
        var network =
            new TimeChannelNetwork(context, new() { HalfWidth = 2, Width = 8, Blocks = 2, Kernel = 3, HasSpread = true, SpreadReadsInput = readsInput });
        var (weights, windows, from) = (NetworkExamples.Weights(network.WeightDefinitions), Windows(network, 2, size), torus.Shifted(-rows, -columns));
        Operand Turn(Operand a) => a with { Values = [.. a.Values.Select((_, i) => a.Values[(i / size * size) + from[i % size]])] };
        foreach (var formula in new IFormula[] { new AnalysisFormula(network), new SpreadFormula(network) })
        {
            var states = Interpret.OnTorch(formula, weights.With("window", windows));
            Agree.Within(1e-4, Turn(states), Interpret.OnTorch(formula, weights.With("window", Turn(windows))), $"turned by {rows}, {columns}");
            Agree.Within(1e-4, states, Interpret.OnOnnx(formula, weights.With("window", windows)), "ONNX Runtime");
        }
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(true, true)]
    [DataRow(false, false)]
    public void FieldsOnOneGridAreChannelsAndTurnTogether(bool isRing, bool readsSigma)
    {
        var (context, grid) = isRing ? (NetworkExamples.RingFields, (Grid)new Ring(6)) : (NetworkExamples.TorusFields, new Torus(3, 4));
        var (size, from) = (grid.Size, isRing ? grid.Shifted(-2) : grid.Shifted(-1, -2));
        var network = new TimeChannelNetwork(
            context, new() { HalfWidth = 2, Width = 8, Blocks = 2, Kernel = 3, HasSpread = true, SpreadReadsInput = true, ReadsSigma = readsSigma });
        CollectionAssert.AreEqual(new[] { 8, 4, 5 }, network.WeightDefinitions.Single(d => d.Name == "in.weight").Shape, "value and mask of both fields");
        CollectionAssert.AreEqual(new[] { 2, 8, 1 }, network.WeightDefinitions.Single(d => d.Name == "out.weight").Shape);
        var (weights, windows) = (NetworkExamples.Weights(network.WeightDefinitions), NetworkExamples.Observations(2, 5, 2 * size));
        if (readsSigma)
        {
            windows = WithErrors(windows);
        }

        Operand Turn(Operand a) => a with { Values = [.. a.Values.Select((_, i) => a.Values[(i / size * size) + from[i % size]])] };
        foreach (var formula in new IFormula[] { new AnalysisFormula(network), new SpreadFormula(network) })
        {
            var states = Interpret.OnTorch(formula, weights.With("window", windows));
            CollectionAssert.AreEqual(new[] { 2, 2 * size }, states.Shape);
            Agree.Within(1e-4, Turn(states), Interpret.OnTorch(formula, weights.With("window", Turn(windows))), "turned");
            Agree.Within(1e-4, states, Interpret.OnOnnx(formula, weights.With("window", windows)), "ONNX Runtime");
        }

        static Operand WithErrors(Operand windows)
        {
            var half = windows.Values.Length / windows.Shape[0] / 2;
            return windows with
            {
                Values = [.. Enumerable.Range(0, windows.Shape[0]).SelectMany(row => windows.Values[(2 * row * half)..(2 * (row + 1) * half)]
                    .Concat(windows.Values[(((2 * row) + 1) * half)..(2 * (row + 1) * half)].Select((mask, i) => mask * (0.5 + (i % 3)))))],
                Shape = [windows.Shape[0], 3, .. windows.Shape[2..]],
            };
        }
    }

    [TestMethod]
    public void GridsThatANetworkCannotConvolveOnYetAreRefused()
    {
        var options = new TimeChannelNetwork.Options { HalfWidth = 2, Width = 4, Blocks = 1, Kernel = 3 };
        Refused("a ring (x: torus of 3 x 5), got 2", NetworkExamples.Torus, options with { Dilation = 2, Kernel = 1 });
        Refused("convolutions that are not separable", NetworkExamples.Line, options with { IsSeparable = true });
        Refused("at most the 3 sites of the grid's shortest axis, got 5", NetworkExamples.Torus, options with { Kernel = 5 });
        Refused("got x: points of 2", NetworkExamples.Context(StateLayout.On(new Points([[0], [1]])), [0]), options);
        Refused("got u: torus of 3 x 3, v: torus of 3 x 4",
            NetworkExamples.Context(new([new("u", new Torus(3, 3)), new("v", new Torus(3, 4))]), [0]), options);

        static void Refused(string said, AssimilationContext context, TimeChannelNetwork.Options options) =>
            Assert.Contains(said, Assert.ThrowsExactly<ArgumentException>(() => new TimeChannelNetwork(context, options)).Message);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void BatchNormalizationFoldedAtExportIsThatOfEvaluation(string name)
    {
        var network = NetworkExamples.Make(name);
        using var scope = NewDisposeScope();
        using var store = new WeightStore(network.WeightDefinitions, 2, CPU);
        var fresh = store.Export();
        using (no_grad())
        {
            for (var step = 0; step < 5; step++)
            {
                _ = network.Analyze(new TorchAlgebra(CPU, isTraining: true), store.View(), Interpret.ToTensor(Windows(network, 4, seed: 50 + (ulong)step)));
            }
        }

        var moved = store.Export();
        foreach (var definition in network.WeightDefinitions)
        {
            Assert.AreEqual(definition.IsTrained, moved[definition.Name]
                .SequenceEqual(fresh[definition.Name]), $"{definition.Name}: running statistics move, weights do not");
        }

        var inputs = network.WeightDefinitions
            .ToDictionary(d => d.Name, d => new Operand(Array.ConvertAll(moved[d.Name], v => (double)v), d.Shape) { IsConstant = true })
            .With("window", Windows(network, 2));
        var states = network.Analyze(new TorchAlgebra(CPU), store.View(), Interpret.ToTensor(inputs["window"])).State;
        Agree.Within(1e-4, Interpret.Plain(states), Interpret.OnOnnx(new AnalysisFormula(network), inputs), "evaluation mode");
        foreach (var (weight, array) in store.Export())
        {
            Agree.Bits(moved[weight], array, $"{weight}: evaluation changes nothing");
        }
    }

    [TestMethod]
    public void ThePublishedNetworksHaveTheirPublishedNumbersOfWeights()
    {
        var unet = new UNet15(NetworkExamples.Aligned, new UNet15.Options());
        Assert.AreEqual(412_641, unet.WeightDefinitions.Where(d => d.IsTrained).Sum(d => d.Length));
        Assert.AreEqual(25, unet.HalfWidth);
        var correction = new PointwiseCorrection(StateLayout.On(new Ring(8)), new PointwiseCorrection.Options());
        Assert.AreEqual(1_153, correction.WeightDefinitions.Where(d => d.IsTrained).Sum(d => d.Length));
    }

    [TestMethod]
    [DataRow(6)]
    [DataRow(10)]
    public void UNet15RefusesARingThatItCannotHalveTwice(int size)
    {
        var context = NetworkExamples.Context(StateLayout.On(new Ring(size)), Enumerable.Range(0, size));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => new UNet15(context, new UNet15.Options { HalfWidth = 1 }));
        StringAssert.Contains(fault.Message, $"expected one field on one ring whose size is a multiple of 4 (or take time-channel), got x: ring of {size}");
        StringAssert.Contains(fault.Message, "HalfWidth: expected 2 to 1048576, got 1");
    }

    [TestMethod]
    public void TheNumberOfAnArrayDoesNotChangeTheOthersStart()
    {
        using var one = new WeightStore(new WeightDefinitions().Convolution("a", 4, 3, 5).Convolution("b", 2, 2).List, 1, CPU);
        using var two = new WeightStore(new WeightDefinitions().Convolution("a", 4, 3, 5).List, 1, CPU);
        Agree.Bits(one.Export()["a.weight"], two.Export()["a.weight"], "the first array");
        CollectionAssert.AreNotEqual(one.Export()["a.weight"].Take(2).ToArray(), one.Export()["a.bias"].Take(2).ToArray());
        var bound = 1 / MathF.Sqrt(15);
        Assert.IsTrue(one.Export()["a.weight"].All(w => Math.Abs(w) <= bound) && one.Export()["a.weight"].Max() > 0.8 * bound);
        var fault = Assert.ThrowsExactly<InvalidDataException>(
            () => two.Load(new Dictionary<string, float[]> { ["a.weight"] = new float[60], ["a.bias"] = new float[3] }));
        StringAssert.Contains(fault.Message, "Expected 4 weights 'a.bias', got 3");
    }

    private static Operand Windows(AssimilationNetwork network, int batch, int sites = NetworkExamples.Size, ulong seed = 3) =>
        NetworkExamples.Observations(batch, (2 * network.HalfWidth) + 1, sites, seed);

    private static Operand First(Operand stretch, int times)
    {
        var (all, sites) = (stretch.Shape[1], stretch.Shape[2]);
        return stretch with { Values = [.. stretch.Values[..(times * sites)], .. stretch.Values[(all * sites)..((all + times) * sites)]],
            Shape = [2, times, sites] };
    }
}
