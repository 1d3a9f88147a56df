using System.Text.Json.Nodes;
using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Tests.Interpretations;
using Coda.Training.Networks;

namespace Coda.Tests.Training;

/// <summary>What every auto-encoder in the catalogue must do.</summary>
[TestClass]
public sealed class AutoEncoderConformanceTests
{
    private const int Rows = 3;

    public static IEnumerable<object[]> Names => AutoEncoder.Catalog.Names.Select(name => new object[] { name });

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
            foreach (var isEncoder in new[] { true, false })
            {
                var inputs = Inputs(network, context);
                var expected = Interpret.OnTorch(new CodingFormula(network, isEncoder), inputs);
                CollectionAssert.AreEqual(new[] { Rows, isEncoder ? network.LatentSize : context.Layout.Size }, expected.Shape);
                Agree.Within(1e-4, expected, Interpret.OnOnnx(new CodingFormula(network, isEncoder), inputs), $"{context.Layout}, {isEncoder}");
            }
        }

        Assert.IsGreaterThanOrEqualTo(2, taken);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheDecodersTangentIsItsDerivativeAndItsAdjointTheTranspose(string name)
    {
        foreach (var context in new[] { NetworkExamples.Aligned, NetworkExamples.Pooled })
        {
            if (TryMake(name, context) is { } network)
            {
                Differentiate(network, context);
            }
        }
    }

    private static void Differentiate(AutoEncoder network, AssimilationContext context)
    {
        var (inputs, formula, change) = (Inputs(network, context), new CodingFormula(network, false), Operand.Gaussian(21, Rows, network.LatentSize));
        var tangent = Interpret.OnDuals(formula, inputs, new Dictionary<string, Operand> { ["latent"] = change }).Tangent;
        const double Step = 1e-4;
        var up = Interpret.OnBuffers<double>(formula, inputs.With("latent", inputs["latent"].Plus(Step, change)));
        var down = Interpret.OnBuffers<double>(formula, inputs.With("latent", inputs["latent"].Plus(-Step, change)));
        Agree.Within(1e-5, tangent, up with { Values = [.. up.Values.Zip(down.Values, (a, b) => (a - b) / (2 * Step))] }, "central differences");
        var cotangent = Operand.Gaussian(22, Rows, context.Layout.Size).Values;
        var gradient = Interpret.OnTape<double>(formula, inputs, cotangent).Gradients["latent"];
        Assert.AreEqual(
            cotangent.Zip(tangent.Values, (a, b) => a * b).Sum(), gradient.Zip(change.Values, (a, b) => a * b).Sum(), 1e-9 * context.Layout.Size);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ABatchIsCodedAsEachRowAlone(string name)
    {
        foreach (var context in new[] { NetworkExamples.Aligned, NetworkExamples.Pooled })
        {
            if (TryMake(name, context) is { } network)
            {
                CodeRowByRow(network, Inputs(network, context));
            }
        }
    }

    private static void CodeRowByRow(AutoEncoder network, Dictionary<string, Operand> inputs)
    {
        foreach (var isEncoder in new[] { true, false })
        {
            var (formula, input) = (new CodingFormula(network, isEncoder), isEncoder ? "states" : "latent");
            var whole = Interpret.OnTorch(formula, inputs);
            for (var row = 0; row < Rows; row++)
            {
                Agree.Within(1e-5, whole.Row(row), Interpret.OnTorch(formula, inputs.With(input, inputs[input].Row(row))), $"row {row}");
            }
        }
    }

    [TestMethod]
    public void AConvolutionalOneTurnsWithTheRing()
    {
        var context = NetworkExamples.Aligned;
        var network = TryMake("convolutional", context)!;
        var (inputs, size) = (Inputs(network, context), context.Layout.Size);
        var (states, turned) = (inputs["states"], new double[Rows * size]);
        for (var i = 0; i < turned.Length; i++)
        {
            turned[i] = states.Values[(i / size * size) + ((i + 4) % size)]; // by one place
        }

        var decoded = Decoded(states);
        var after = Decoded(states with { Values = turned });
        Agree.Within(1e-4, new Operand([.. Enumerable.Range(0, turned.Length).Select(i => decoded.Values[(i / size * size) + ((i + 4) % size)])], Rows, size),
            after, "D(E) of a turned state is the turned D(E)");

        Operand Decoded(Operand given) => Interpret.OnTorch(
            new CodingFormula(network, false), inputs.With("latent", Interpret.OnTorch(new CodingFormula(network, true), inputs.With("states", given))));
    }

    [TestMethod]
    public void OptionsOutOfRangeAreRefusedAllAtOnce()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(
            () => new ConvolutionalEncoder(NetworkExamples.Aligned, new() { Stride = 5, Kernel = 2, Width = 0, Blocks = -1, Size = 0 })).Message;
        foreach (var option in new[] { "Stride", "Kernel", "Width", "Blocks", "Size" })
        {
            StringAssert.Contains(message, option);
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new ConvolutionalEncoder(NetworkExamples.Torus, new())).Message, "every axis of the grid");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new ConvolutionalEncoder(NetworkExamples.Components, new())).Message, "fields on one ring");
    }

    [TestMethod]
    public void AConvolutionalOneTurnsWithEachAxisOfATorus()
    {
        var (context, (rows, columns)) = (NetworkExamples.Pooled, (4, 8));
        var network = new ConvolutionalEncoder(context, new() { Size = 16, Stride = 2, Patch = 1, Width = 5, Blocks = 1, Kernel = 3 });
        var (inputs, size) = (Inputs(network, context), context.Layout.Size);
        var decoded = Decoded(inputs["states"]);
        foreach (var (y, x) in new[] { (2, 0), (0, 2), (2, 4) })
        {
            Agree.Within(1e-4, Turned(decoded, y, x), Decoded(Turned(inputs["states"], y, x)), $"by {y} and {x}");
        }

        Operand Turned(Operand states, int y, int x)
        {
            var turned = new double[states.Values.Length];
            for (var i = 0; i < turned.Length; i++)
            {
                var (field, row, column) = (i / (rows * columns), i / columns % rows, i % columns);
                turned[i] = states.Values[(((field * rows) + ((row + y) % rows)) * columns) + ((column + x) % columns)];
            }

            return states with { Values = turned };
        }

        Operand Decoded(Operand given) => Interpret.OnTorch(
            new CodingFormula(network, false), inputs.With("latent", Interpret.OnTorch(new CodingFormula(network, true), inputs.With("states", given))));
    }

    // With few channels, where it has such options; nothing for a layout that it refuses, with a message that names it.
    private static AutoEncoder? TryMake(string name, AssimilationContext context)
    {
        var (options, known) = (new JsonObject(), AutoEncoder.Catalog.DefaultOptions(name));
        var isSmall = context.Grid is { } grid && grid.Shape.Min() < 8;
        foreach (var (option, value) in new[] { ("size", 8), ("stride", isSmall ? 2 : 4), ("patch", isSmall ? 1 : 2), ("width", 6), ("blocks", 1), ("kernel", 3) })
        {
            if (known.ContainsKey(option))
            {
                options[option] = option == "size" && context.Layout.SharedGrid is { Size: < 8 } ? 6 : value;
            }
        }

        try
        {
            return AutoEncoder.Catalog.Create(new Component(name, options), context);
        }
        catch (ArgumentException fault)
        {
            StringAssert.Contains(fault.Message, $"got {context.Layout}");
            return null;
        }
    }

    private static Dictionary<string, Operand> Inputs(AutoEncoder network, AssimilationContext context) => NetworkExamples.Weights(network.WeightDefinitions)
        .With("states", Operand.Gaussian(8, Rows, context.Layout.Size) with { SymbolicAxis = 0 })
        .With("latent", Operand.Gaussian(9, Rows, network.LatentSize) with { SymbolicAxis = 0 });

    /// <summary>Latent numbers, or the state of some.</summary>
    private sealed record CodingFormula(AutoEncoder Network, bool IsEncoder) : IFormula
    {
        public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs) => IsEncoder
            ? Network.Encode(ops, new Weights<T>(inputs), inputs["states"]) : Network.Decode(ops, new Weights<T>(inputs), inputs["latent"]);
    }
}
