using System.Text.Json.Nodes;
using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Tests.Interpretations;
using Coda.Training.Algebra;
using Coda.Training.Networks;

namespace Coda.Tests.Training;

/// <summary>What every network of a sequential analysis in the catalogue must do.</summary>
[TestClass]
public sealed class CycleNetworkConformanceTests
{
    public static IEnumerable<object[]> Names => CycleNetwork.Catalog.Names.SelectMany(
        name => (CycleNetwork.Catalog.DefaultOptions(name).ContainsKey("members") ? new[] { 1, 3 } : [1]).Select(members => new object[] { name, members }));

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void OnnxRuntimeAgreesWithLibTorchOnEveryLayoutItTakes(string name, int members)
    {
        foreach (var context in NetworkExamples.All)
        {
            var network = Small(name, context, members);
            var inputs = Inputs(network, context, rows: 3);
            foreach (var output in Enumerable.Range(0, 5).Where(output => output != 3 || network.GainChannels > 0))
            {
                var expected = Interpret.OnTorch(new CycleFormula(network, output), inputs);
                Assert.AreEqual(3, expected.Shape[0]);
                Agree.Within(1e-4, expected, Interpret.OnOnnx(new CycleFormula(network, output), inputs), $"{context.Layout}, output {output}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ABatchIsAnalyzedAsEachRowAlone(string name, int members)
    {
        var network = Small(name, NetworkExamples.Sparse, members);
        var inputs = Inputs(network, NetworkExamples.Sparse, rows: 3);
        var whole = Interpret.OnTorch(new CycleFormula(network, 0), inputs);
        for (var row = 0; row < 3; row++)
        {
            var alone = inputs.With("background", inputs["background"].Row(row)).With("newest", inputs["newest"].Row(row))
                .With("memory", inputs["memory"].Row(row));
            Agree.Within(1e-5, whole.Row(row), Interpret.OnTorch(new CycleFormula(network, 0), alone), $"row {row}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void WhereNothingIsObservedTheForecastStays(string name, int count)
    {
        var network = Small(name, NetworkExamples.Aligned, count);
        var inputs = Inputs(network, NetworkExamples.Aligned, rows: 2);
        var none = inputs.With("newest", inputs["newest"] with { Values = new double[inputs["newest"].Values.Length] });
        var (members, size) = (network.Members, NetworkExamples.Size);
        var mean = new double[2 * size];
        for (var i = 0; i < mean.Length; i++)
        {
            mean[i] = Enumerable.Range(0, members).Average(member => inputs["background"].Values[(((i / size * members) + member) * size) + (i % size)]);
        }

        Agree.Within(1e-5, new Operand(mean, 2, size), Interpret.OnTorch(new CycleFormula(network, 0), none), "no observation");
        Agree.Within(1e-5, Interpret.OnTorch(new CycleFormula(network, 1), none), Interpret.OnOnnx(new CycleFormula(network, 1), none), "its spread");
    }

    // Members' deviations shrink by less than their whole, and stay about the analysis, so that its mean is the analysis.
    [TestMethod]
    public void TheMembersMeanIsTheAnalysisAndWhatIsSeenBringsThemTogether()
    {
        var context = NetworkExamples.Aligned;
        var network = Small("local-gain", context, 4);
        var inputs = Inputs(network, context, rows: 1).Where(input => !input.Key.StartsWith("out.", StringComparison.Ordinal)).ToDictionary();
        foreach (var definition in network.WeightDefinitions.Where(d => d.Name.StartsWith("out.", StringComparison.Ordinal)))
        {
            inputs[definition.Name] = new Operand(new double[definition.Shape.Aggregate(1, (a, b) => a * (int)b)], [.. definition.Shape.Select(a => (int)a)]);
        }

        var (analysis, after) = (Interpret.OnTorch(new CycleFormula(network, 0), inputs), Interpret.OnTorch(new CycleFormula(network, 4), inputs));
        var (size, before, seen) = (NetworkExamples.Size, inputs["background"].Values, inputs["newest"].Values);
        var largest = 0.0;
        for (var site = 0; site < size; site++)
        {
            Assert.AreEqual(Mean(after.Values, site), analysis.Values[site], 1e-5);
            largest = seen[size + site] > 0 ? Math.Max(largest, Variance(after.Values, site) / Variance(before, site)) : largest;
        }

        Assert.IsLessThan(1, largest, "where an observation was");

        double Mean(double[] members, int site) => Enumerable.Range(0, 4).Average(member => members[(member * size) + site]);
        double Variance(double[] members, int site) =>
            Enumerable.Range(0, 4).Sum(member => Math.Pow(members[(member * size) + site] - Mean(members, site), 2));
    }

    // The gain does not depend on the innovations where these are small: doubled, they double the increment.
    [TestMethod]
    public void TheIncrementIsTheGainAppliedToTheInnovations()
    {
        var context = NetworkExamples.Aligned;
        var network = (LocalGainNetwork)Small("local-gain", context, 1);
        var inputs = Inputs(network, context, rows: 1);
        var (analysis, gain) = (Interpret.OnTorch(new CycleFormula(network, 0), inputs), Interpret.OnTorch(new CycleFormula(network, 3), inputs));
        var (size, mean, deviation) = (NetworkExamples.Size, context.Climatology.Mean, context.Climatology.Deviation);
        for (var site = 0; site < size; site++)
        {
            var increment = 0.0;
            for (var offset = -2; offset <= 2; offset++)
            {
                var there = (site + offset + size) % size;
                var seen = inputs["newest"].Values[size + there];
                increment += gain.Values[((offset + 2) * size) + site] * seen * (inputs["newest"].Values[there] - inputs["background"].Values[there]);
            }

            Assert.AreEqual(inputs["background"].Values[site] + increment, analysis.Values[site], 1e-4);
        }

        Assert.AreEqual(size, mean.Length);
        Assert.IsTrue(deviation.Distinct().Count() == 1);
    }

    [TestMethod]
    public void OptionsOutOfRangeAreRefusedAllAtOnce()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(
            () => new LocalGainNetwork(NetworkExamples.Aligned, new() { Reach = 8, Kernel = 2, Memory = 0 })).Message;
        foreach (var option in new[] { "Reach", "Kernel", "Memory" })
        {
            StringAssert.Contains(message, option);
        }
    }

    private static CycleNetwork Small(string name, AssimilationContext context, int members)
    {
        var least = context.Grid?.Shape.Min() ?? 1;
        var known = CycleNetwork.Catalog.DefaultOptions(name);
        var options = new JsonObject();
        foreach (var (option, value) in new[] { ("reach", Math.Min(2, (least - 1) / 2)), ("memory", 3), ("width", 6), ("blocks", 1), ("kernel", 3),
            ("members", members) })
        {
            if (known.ContainsKey(option))
            {
                options[option] = value;
            }
        }

        return CycleNetwork.Catalog.Create(new Component(name, options), context);
    }

    private static Dictionary<string, Operand> Inputs(CycleNetwork network, AssimilationContext context, int rows)
    {
        var (size, sites) = (context.Layout.Size, context.SiteCount);
        var newest = new double[rows * 2 * sites];
        var noise = Operand.Gaussian(7, rows * sites).Values;
        for (var i = 0; i < rows * sites; i++)
        {
            var isSeen = i % 3 != 0;
            newest[(i / sites * 2 * sites) + (i % sites)] = isSeen ? 2 + (2 * noise[i]) : 0;
            newest[(((i / sites * 2) + 1) * sites) + (i % sites)] = isSeen ? 1 : 0;
        }

        return NetworkExamples.Weights(network.WeightDefinitions)
            .With("background", Operand.Gaussian(8, rows, network.Members, size) with { SymbolicAxis = 0 })
            .With("newest", new Operand(newest, rows, 2, sites) { SymbolicAxis = 0 })
            .With("memory", Bounded(rows, network.MemoryChannels, network.Points));

        static Operand Bounded(int rows, int channels, int points)
        {
            var free = Operand.Gaussian(9, rows, channels, points);
            return free with { Values = [.. free.Values.Select(Math.Tanh)], SymbolicAxis = 0 };
        }
    }

    /// <summary>One of the outputs: analysis, spread, memory, gain, members.</summary>
    private sealed record CycleFormula(CycleNetwork Network, int Output) : IFormula
    {
        public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs)
        {
            var (algebra, weights) = ((INetworkAlgebra<T>)ops, new Weights<T>(inputs));
            var analysis = Network.Analyze(algebra, weights, inputs["background"], inputs["newest"], inputs["memory"]);
            return Output switch
            {
                0 => analysis.State,
                1 => Network.Spread(algebra, weights, analysis.Features),
                2 => analysis.Memory,
                3 => analysis.Gain,
                _ => analysis.Members,
            };
        }
    }
}
