using System.Text.Json.Nodes;
using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Tests.Interpretations;
using Coda.Training.Networks;

namespace Coda.Tests.Training;

/// <summary>What every emulator in the catalogue must do.</summary>
[TestClass]
public sealed class EmulatorConformanceTests
{
    private const int Rows = 3;

    public static IEnumerable<object[]> Names => Emulator.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void OnnxRuntimeAgreesWithLibTorchOnEveryLayout(string name)
    {
        foreach (var context in NetworkExamples.All)
        {
            var emulator = Make(name, context);
            var (inputs, formula) = (Inputs(emulator, context), new StepFormula(emulator, context.Layout.Size));
            var expected = Interpret.OnTorch(formula, inputs);
            CollectionAssert.AreEqual(new[] { Rows, emulator.LayoutOf(context.Layout).Size }, expected.Shape);
            Agree.Within(1e-4, expected, Interpret.OnOnnx(formula, inputs), $"{context.Layout}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheTangentIsTheDerivativeAndTheAdjointItsTranspose(string name)
    {
        var (emulator, context) = (Make(name, NetworkExamples.Components), NetworkExamples.Components);
        var size = emulator.LayoutOf(context.Layout).Size;
        var (inputs, formula, change) = (Inputs(emulator, context), new StepFormula(emulator, context.Layout.Size), Operand.Gaussian(21, Rows, size));
        var tangent = Interpret.OnDuals(formula, inputs, new Dictionary<string, Operand> { ["state"] = change }).Tangent;
        const double Step = 1e-5;
        var up = Interpret.OnBuffers<double>(formula, inputs.With("state", inputs["state"].Plus(Step, change)));
        var down = Interpret.OnBuffers<double>(formula, inputs.With("state", inputs["state"].Plus(-Step, change)));
        Agree.Within(1e-5, tangent, up with { Values = [.. up.Values.Zip(down.Values, (a, b) => (a - b) / (2 * Step))] }, "central differences");
        var cotangent = Operand.Gaussian(22, Rows, size).Values;
        var gradient = Interpret.OnTape<double>(formula, inputs, cotangent).Gradients["state"];
        Assert.AreEqual(cotangent.Zip(tangent.Values, (a, b) => a * b).Sum(), gradient.Zip(change.Values, (a, b) => a * b).Sum(), 1e-9 * size);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ABatchIsAdvancedAsEachRowAlone(string name)
    {
        var (emulator, context) = (Make(name, NetworkExamples.Components), NetworkExamples.Components);
        var (inputs, formula) = (Inputs(emulator, context), new StepFormula(emulator, context.Layout.Size));
        var whole = Interpret.OnTorch(formula, inputs);
        for (var row = 0; row < Rows; row++)
        {
            Agree.Within(1e-5, whole.Row(row), Interpret.OnTorch(formula, inputs.With("state", inputs["state"].Row(row))), $"row {row}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void WhatIsRememberedChangesTheNextState(string name)
    {
        var (emulator, context) = (Make(name, NetworkExamples.Components), NetworkExamples.Components);
        if (emulator.MemorySize == 0)
        {
            return;
        }

        var (inputs, formula, size) = (Inputs(emulator, context), new StepFormula(emulator, context.Layout.Size), context.Layout.Size);
        var state = inputs["state"];
        var stride = emulator.LayoutOf(context.Layout).Size;
        var forgotten = state with { Values = [.. state.Values.Select((value, i) => i % stride < size ? value : 0)] };
        var (with, without) = (Interpret.OnBuffers<double>(formula, inputs), Interpret.OnBuffers<double>(formula, inputs.With("state", forgotten)));
        Assert.IsGreaterThan(1e-6, Enumerable.Range(0, size).Max(i => Math.Abs(with.Values[i] - without.Values[i])));
    }

    [TestMethod]
    public void AnUntrainedLongShortTermMemoryIsPersistenceThatRemembers()
    {
        var (emulator, context) = (Make("lstm", NetworkExamples.Components), NetworkExamples.Components);
        var inputs = Inputs(emulator, context);
        foreach (var name in new[] { "change.weight", "change.bias" })
        {
            inputs[name] = inputs[name] with { Values = new double[inputs[name].Values.Length] };
        }

        var (state, size, stride) = (inputs["state"], context.Layout.Size, emulator.LayoutOf(context.Layout).Size);
        var next = Interpret.OnBuffers<double>(new StepFormula(emulator, size), inputs);
        for (var i = 0; i < state.Values.Length; i++)
        {
            Assert.AreEqual(i % stride < size, state.Values[i] == next.Values[i], $"entry {i % stride}");
        }
    }

    [TestMethod]
    public void OneCellIsAsItsEquationsSay()
    {
        var context = NetworkExamples.Context(Coda.Data.Dynamics.StateLayout.Of("x"), [0]); // mean 2.3, deviation 3.6
        var emulator = new LstmEmulator(context, new() { Width = 1, Layers = 1, Change = 0.5 });
        var inputs = NetworkExamples.Weights(emulator.WeightDefinitions).With("state", new Operand([3.0, 0.3, -0.7], 1, 3));
        var next = Interpret.OnBuffers<double>(new StepFormula(emulator, 1), inputs).Values;
        var (w, b, x) = (inputs["cell1.weight"].Values, inputs["cell1.bias"].Values, (3.0 - 2.3) / 3.6);
        double Sum(int gate) => (w[2 * gate] * x) + (w[(2 * gate) + 1] * 0.3) + b[gate];
        static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));
        var c = (Sigmoid(Sum(1)) * -0.7) + (Sigmoid(Sum(0)) * Math.Tanh(Sum(3)));
        var h = Sigmoid(Sum(2)) * Math.Tanh(c);
        Agree.Within(
            1e-12, [3.0 + (((inputs["change.weight"].Values[0] * h) + inputs["change.bias"].Values[0]) * 0.5 * 3.6), h, c], next, "x, h and c");
    }

    [TestMethod]
    public void OptionsOutOfRangeAreRefusedAllAtOnce()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(
            () => new LstmEmulator(NetworkExamples.Components, new() { Width = 0, Layers = 9, Change = 0 })).Message;
        foreach (var option in new[] { "Width", "Layers", "Change" })
        {
            StringAssert.Contains(message, option);
        }
    }

    private static Emulator Make(string name, AssimilationContext context)
    {
        var (options, known) = (new JsonObject(), Emulator.Catalog.DefaultOptions(name));
        foreach (var (option, value) in new[] { ("width", 5), ("layers", 2) })
        {
            if (known.ContainsKey(option))
            {
                options[option] = value;
            }
        }

        return Emulator.Catalog.Create(new Component(name, options), context);
    }

    private static Dictionary<string, Operand> Inputs(Emulator emulator, AssimilationContext context) => NetworkExamples.Weights(emulator.WeightDefinitions)
        .With("state", Operand.Gaussian(8, Rows, emulator.LayoutOf(context.Layout).Size) with { SymbolicAxis = 0 });

    /// <summary>A step of states with their memory behind them.</summary>
    private sealed record StepFormula(Emulator Emulator, int Size) : IFormula
    {
        public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs)
        {
            var whole = inputs["state"];
            if (Emulator.MemorySize == 0)
            {
                return Emulator.Step(ops, new Weights<T>(inputs), whole, default!).State;
            }

            var (state, memory) = Emulator.Step(
                ops, new Weights<T>(inputs), ops.Slice(whole, -1, 0, Size), ops.Slice(whole, -1, Size, Emulator.MemorySize));
            return ops.Concat(-1, state, memory);
        }
    }
}
