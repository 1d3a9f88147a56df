using System.Text.Json.Nodes;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Tests.Interpretations;
using Coda.Training.Networks;

namespace Coda.Tests.Training;

/// <summary>What every network of a score in the catalogue must do.</summary>
[TestClass]
public sealed class ScoreConformanceTests
{
    private const int Rows = 3;

    public static IEnumerable<object[]> Names => ScoreNetwork.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void OnnxRuntimeAgreesWithLibTorchOnEveryLayoutItTakes(string name)
    {
        var taken = 0;
        foreach (var context in NetworkExamples.All)
        {
            if (TryMake(name, context) is not { } network)
            {
                continue;
            }

            taken++;
            var (formula, inputs) = (new DenoisingFormula(network), Inputs(network, context));
            var expected = Interpret.OnTorch(formula, inputs);
            CollectionAssert.AreEqual(new[] { Rows, network.SegmentLength, context.Layout.Size }, expected.Shape);
            Agree.Within(1e-4, expected, Interpret.OnOnnx(formula, inputs), $"{context.Layout}");
        }

        Assert.IsGreaterThanOrEqualTo(2, taken);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ReverseModeGivesTheTransposeOfTheDerivative(string name)
    {
        foreach (var context in new[] { NetworkExamples.Aligned, NetworkExamples.RingFields, NetworkExamples.Components })
        {
            var network = TryMake(name, context)!;
            var (inputs, formula) = (Inputs(network, context), new DenoisingFormula(network));
            var change = Operand.Gaussian(21, Rows, network.SegmentLength, context.Layout.Size);
            const double Step = 1e-5;
            var up = Interpret.OnBuffers<double>(formula, inputs.With("segment", inputs["segment"].Plus(Step, change)));
            var down = Interpret.OnBuffers<double>(formula, inputs.With("segment", inputs["segment"].Plus(-Step, change)));
            var cotangent = Operand.Gaussian(22, Rows, network.SegmentLength, context.Layout.Size).Values;
            var expected = up.Values.Zip(down.Values, (a, b) => (a - b) / (2 * Step)).Zip(cotangent, (a, b) => a * b).Sum();
            var gradient = Interpret.OnTape<double>(formula, inputs, cotangent).Gradients["segment"];
            Assert.AreEqual(expected, gradient.Zip(change.Values, (a, b) => a * b).Sum(), 1e-5 * Math.Max(1, Math.Abs(expected)), $"{context.Layout}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ABatchIsDenoisedAsEachRowAlone(string name)
    {
        foreach (var context in new[] { NetworkExamples.Aligned, NetworkExamples.Components })
        {
            var network = TryMake(name, context)!;
            var (inputs, formula) = (Inputs(network, context), new DenoisingFormula(network));
            var whole = Interpret.OnTorch(formula, inputs);
            for (var row = 0; row < Rows; row++)
            {
                var alone = inputs.With("segment", inputs["segment"].Row(row)).With("noise", inputs["noise"].Row(row));
                Agree.Within(1e-5, whole.Row(row), Interpret.OnTorch(formula, alone), $"{context.Layout}, row {row}");
            }
        }
    }

    [TestMethod]
    public void AResidualOneTurnsWithTheRing()
    {
        var (context, size) = (NetworkExamples.Aligned, NetworkExamples.Size);
        var network = TryMake("residual-score", context)!;
        var (inputs, formula) = (Inputs(network, context), new DenoisingFormula(network));
        var turned = inputs["segment"] with { Values = Turn(inputs["segment"].Values) };
        var whole = Interpret.OnTorch(formula, inputs);
        Agree.Within(1e-4, whole with { Values = Turn(whole.Values) }, Interpret.OnTorch(formula, inputs.With("segment", turned)), "D of what is turned");

        double[] Turn(double[] values) => [.. Enumerable.Range(0, values.Length).Select(i => values[(i / size * size) + ((i + 5) % size)])];
    }

    [TestMethod]
    public void WithTheSimulatorEveryRuntimeAgreesAndDeparturesAreRead()
    {
        var system = new Lorenz63(new());
        var context = NetworkExamples.Components with
        {
            Dynamics = new(new Simulator(system, new RungeKutta4(new()), 0.01), system.ParameterNumbers, []), SegmentSteps = 4,
        };
        var network = new ResidualScore(context, new() { Blanket = 1, Width = 6, Blocks = 1, SimulatorSteps = 2 });
        Assert.AreEqual((3 * 3) + (2 * 3), network.WeightDefinitions.Single(d => d.Name == "in.weight").Shape[1]);
        var (formula, inputs) = (new DenoisingFormula(network), Inputs(network, context));
        Agree.Within(1e-4, Interpret.OnTorch(formula, inputs), Interpret.OnOnnx(formula, inputs), "with departures");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new ResidualScore(NetworkExamples.Components, new() { SimulatorSteps = 1 })).Message,
            "SimulatorSteps");
    }

    [TestMethod]
    public void OptionsOutOfRangeAreRefusedAllAtOnce()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(
            () => new ResidualScore(NetworkExamples.Aligned, new() { Blanket = 0, Kernel = 2, Width = 0, Blocks = -1 })).Message;
        foreach (var option in new[] { "Blanket", "Kernel", "Width", "Blocks" })
        {
            StringAssert.Contains(message, option);
        }

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new ResidualScore(NetworkExamples.Torus, new())).Message, "fields on one ring");
    }

    // With few channels, where it has such options; nothing for a layout that it refuses, with a message that names it.
    private static ScoreNetwork? TryMake(string name, AssimilationContext context)
    {
        var (options, known) = (new JsonObject(), ScoreNetwork.Catalog.DefaultOptions(name));
        foreach (var (option, value) in new[] { ("blanket", 1), ("width", 6), ("blocks", 1), ("kernel", 3) })
        {
            if (known.ContainsKey(option))
            {
                options[option] = value;
            }
        }

        try
        {
            return ScoreNetwork.Catalog.Create(new Component(name, options), context);
        }
        catch (ArgumentException fault)
        {
            StringAssert.Contains(fault.Message, $"got {context.Layout}");
            return null;
        }
    }

    private static Dictionary<string, Operand> Inputs(ScoreNetwork network, AssimilationContext context) =>
        NetworkExamples.Weights(network.WeightDefinitions)
            .With("segment", Operand.Gaussian(8, Rows, network.SegmentLength, context.Layout.Size) with { SymbolicAxis = 0 })
            .With("noise", new Operand([0.02, 0.5, 4], Rows, 1) with { SymbolicAxis = 0 });

    private sealed record DenoisingFormula(ScoreNetwork Network) : IFormula
    {
        public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs) =>
            Network.Denoise(ops, new Weights<T>(inputs), inputs["segment"], inputs["noise"]);
    }
}
