using Coda.Data.Algebra;
using Coda.Tests.Interpretations;
using Coda.Tests.Training;
using Coda.Training.Algebra;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Tests.Impact;

/// <summary>Reverse mode over the algebra of networks is LibTorch's own, for every network of the catalogue and every layout that it takes.</summary>
[TestClass]
public sealed class NetworkTapeTests
{
    public static IEnumerable<object[]> Names => AssimilationNetwork.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheGradientByTheWindowIsThatOfLibTorch(string name)
    {
        var taken = 0;
        foreach (var context in NetworkExamples.All)
        {
            if (NetworkExamples.TryMake(name, context) is not { } network)
            {
                continue;
            }

            taken++;
            var (inputs, gradient) = Inputs(network, context);
            var taped = Interpret.OnTorch(new Sensitivities(network), inputs.With("gradient", gradient));
            var expected = OfLibTorch(network, inputs, gradient);
            Assert.IsTrue(expected.Values.Any(v => Math.Abs(v) > 1e-6), "expected sensitivities that are not 0");
            Agree.Within(2e-4, expected, taped, $"{context.Layout}");
        }

        Assert.IsGreaterThan(0, taken);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void OnnxRuntimeComputesIt(string name)
    {
        foreach (var context in NetworkExamples.All)
        {
            if (NetworkExamples.TryMake(name, context) is { } network)
            {
                var (inputs, gradient) = Inputs(network, context);
                var all = inputs.With("gradient", gradient with { SymbolicAxis = 0 });
                Agree.Within(
                    2e-4, Interpret.OnTorch(new Sensitivities(network), all), Interpret.OnOnnx(new Sensitivities(network), all), $"{context.Layout}");
            }
        }
    }

    [TestMethod]
    public void AStretchHasSensitivitiesToo()
    {
        var network = NetworkExamples.Make("time-channel");
        var weights = NetworkExamples.Weights(network.WeightDefinitions);
        var windows = NetworkExamples.Observations(1, (2 * network.HalfWidth) + 4, NetworkExamples.Size);
        var inputs = weights.With("stretch", new Operand(windows.Values, windows.Shape[1..]));
        var gradient = Operand.Gaussian(5, 4, NetworkExamples.Size);
        var taped = Interpret.OnTorch(new Sensitivities(network, IsStretch: true), inputs.With("gradient", gradient));
        Agree.Within(2e-4, OfLibTorch(network, inputs, gradient, isStretch: true), taped, "a stretch");
    }

    private static (Dictionary<string, Operand> Inputs, Operand Gradient) Inputs(AssimilationNetwork network, AssimilationContext context)
    {
        var windows = NetworkExamples.Observations(2, (2 * network.HalfWidth) + 1, context.SiteCount);
        return (NetworkExamples.Weights(network.WeightDefinitions).With("window", windows), Operand.Gaussian(5, 2, context.Layout.Size));
    }

    private static Operand OfLibTorch(AssimilationNetwork network, Dictionary<string, Operand> inputs, Operand gradient, bool isStretch = false)
    {
        using var scope = NewDisposeScope();
        var name = isStretch ? "stretch" : "window";
        var tensors = inputs.ToDictionary(p => p.Key, p => Tensor(p.Value));
        tensors[name] = tensors[name].detach().requires_grad_(true);
        var state = new AnalysisFormula(network, isStretch).Apply(new TorchAlgebra(CPU), tensors);
        state.backward([Tensor(gradient)]);
        var result = tensors[name].grad!;
        return new Operand(Array.ConvertAll(TorchArrays.Plain(result), v => (double)v), inputs[name].Shape);
    }

    private static Tensor Tensor(Operand operand) => TorchArrays.Of(operand.Single, [.. operand.Shape.Select(axis => (long)axis)]);

    /// <summary>The gradient of ⟨gradient, state⟩ by what the network reads.</summary>
    private sealed record Sensitivities(AssimilationNetwork Network, bool IsStretch = false) : IFormula
    {
        public T Apply<T>(IAlgebra<T> ops, IReadOnlyDictionary<string, T> inputs)
        {
            var tape = new NetworkTape<T>((INetworkAlgebra<T>)ops);
            var name = IsStretch ? "stretch" : "window";
            var variables = inputs.ToDictionary(p => p.Key, p => p.Key == name ? tape.Input(p.Value) : tape.Fixed(p.Value));
            var state = new AnalysisFormula(Network, IsStretch).Apply(tape, variables);
            tape.AddGradient(state, inputs["gradient"]);
            tape.Backward();
            return variables[name].Gradient!;
        }
    }
}
