using Coda.Data.Algebra;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Tests.Data;
using Coda.Tests.Interpretations;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>What every correction of the catalogue must do.</summary>
[TestClass]
public sealed class CorrectionConformanceTests
{
    private static readonly DynamicalSystem System = new Lorenz96(new Lorenz96.Options { Size = 12 });
    private static readonly Simulator Simulator = ModerateStates.Simulate(System, 0.01);

    public static IEnumerable<object[]> Names => Correction.Catalog.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AllAlgebrasAgree(string name)
    {
        var correction = Make(name);
        var inputs = Inputs(correction);
        var formula = new CorrectionFormula(correction);
        Assert.IsGreaterThan(0.01, Agree.Norm(Interpret.OnBuffers<double>(formula, inputs)), "expected a correction that is not 0");
        Agree.OverAlgebras(1e-4, formula, inputs);
        Agree.OverAlgebras(1e-4, new HybridFormula(Simulator, correction, 1), inputs);
        Agree.OverAlgebras(1e-4, new HybridFormula(Simulator, correction, 10), inputs);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void LeadingAxesAreFree(string name)
    {
        var correction = Make(name);
        var (formula, inputs) = (new CorrectionFormula(correction), Inputs(correction, 4));
        var whole = Interpret.OnBuffers<double>(formula, inputs);
        CollectionAssert.AreEqual(inputs["state"].Shape, whole.Shape);
        foreach (var shape in new int[][] { [2, 1, 2, 12], [4, 1, 12], [1, 4, 12] })
        {
            var folded = inputs.With("state", inputs["state"] with { Shape = shape });
            Agree.Within(1e-12, whole.Values, Interpret.OnBuffers<double>(formula, folded).Values, "folded batch");
            Agree.OverAlgebras(1e-4, formula, folded);
        }

        var alone = inputs.With("state", inputs["state"].Row(2) with { Shape = [12], SymbolicAxis = null });
        Agree.Within(1e-12, whole.Row(2).Values, Interpret.OnBuffers<double>(formula, alone).Values, "one state");
        Agree.OverAlgebras(1e-4, formula, alone);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TapeAgreesWithFiniteDifferencesByStateAndWeights(string name)
    {
        // Differences so small that no unit of a piecewise linear network crosses its kink.
        var correction = Make(name);
        var inputs = Inputs(correction, 2);
        Agree.GradientWithFiniteDifferences(new CorrectionFormula(correction), inputs, inputs.Keys.Except(["F"]), 1e-5, 1e-8);
        Agree.GradientWithFiniteDifferences(new HybridFormula(Simulator, correction, 2), inputs, inputs.Keys, 1e-5, 1e-8);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TheTangentLinearModelAndAdjointAreThoseOfTheHybrid(string name)
    {
        // Perturbations so small that no unit of a piecewise linear network crosses its kink.
        var correction = Make(name);
        var inputs = Inputs(correction, 2);
        var formula = new HybridFormula(Simulator, correction, 3);
        var direction = Operand.Gaussian(8, inputs["state"].Shape);
        var (value, tangent) = Interpret.OnDuals(formula, inputs, new Dictionary<string, Operand> { ["state"] = direction });
        var moved = Interpret.OnBuffers<double>(formula, inputs.With("state", inputs["state"].Plus(1e-6, direction)));
        Agree.Within(
            1e-4, tangent, moved.Plus(-1, value) with { Values = [.. moved.Values.Zip(value.Values, (m, v) => (m - v) / 1e-6)] }, "finite differences");
        var cotangent = Operand.Gaussian(9, value.Shape);
        double[] gradient = Interpret.OnTape<double>(formula, inputs, cotangent.Values).Gradients["state"];
        var (forward, scale) = (tangent.Values.Zip(cotangent.Values, (a, b) => a * b).Sum(), Agree.Norm(tangent) * Agree.Norm(cotangent));
        Transposed(1e-12, gradient);
        Transposed(1e-12, Interpret.OnTapeOverDuals(formula, inputs, cotangent, new Dictionary<string, Operand>(), ["state"])["state"].Gradient);
        Transposed(1e-5, Interpret.OnTapeOverTorch(formula, inputs, cotangent, ["state"])["state"]);
        Transposed(1e-5, Interpret.OnTapeOverOnnx(formula, inputs, cotangent with { SymbolicAxis = 0 }, ["state"])["state"]);

        void Transposed(double tolerance, double[] adjoint)
        {
            Agree.Within(10 * tolerance * gradient.Max(Math.Abs), gradient, adjoint, "gradient");
            Assert.AreEqual(forward, direction.Values.Zip(adjoint, (a, b) => a * b).Sum(), tolerance * scale);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AFreshCorrectionIsTheBareSimulatorBitForBit(string name)
    {
        var correction = Make(name);
        using var store = new WeightStore(correction.WeightDefinitions, 1, CPU);
        var inputs = Inputs(correction);
        foreach (var (weight, array) in store.Export())
        {
            inputs[weight] = inputs[weight] with { Values = Array.ConvertAll(array, v => (double)v) };
        }

        var (hybrid, bare) = (new HybridFormula(Simulator, correction, 10), new ForecastFormula(Simulator, 10));
        Agree.Within(0, Interpret.OnBuffers<double>(bare, inputs), Interpret.OnBuffers<double>(hybrid, inputs), "double buffers");
        Agree.Within(0, Interpret.OnBuffers<float>(bare, inputs), Interpret.OnBuffers<float>(hybrid, inputs), "float buffers");
        Agree.Within(0, Interpret.OnTorch(bare, inputs), Interpret.OnTorch(hybrid, inputs), "LibTorch");
        var fed = new Dictionary<string, Operand> { ["state"] = inputs["state"], ["F"] = inputs["F"] };
        Agree.Within(0, Interpret.OnOnnx(bare, fed), Interpret.OnOnnx(hybrid, inputs), "ONNX Runtime");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ATrainedCorrectionStartsAtZeroButCanMove(string name)
    {
        // Every array must get a gradient once the last layer has moved, and at least one before.
        var correction = Make(name);
        using var store = new WeightStore(correction.WeightDefinitions, 1, CPU);
        var inputs = Inputs(correction);
        foreach (var (weight, array) in store.Export())
        {
            inputs[weight] = inputs[weight] with { Values = Array.ConvertAll(array, v => (double)v) };
        }

        bool[] Moves(Dictionary<string, Operand> at)
        {
            var gradients = Interpret.OnTape<double>(new CorrectionFormula(correction), at, Operand.Gaussian(1, at["state"].Shape).Values).Gradients;
            return [.. correction.WeightDefinitions.Select(d => gradients[d.Name].Any(g => g != 0))];
        }

        Assert.IsTrue(Moves(inputs).Any(moves => moves));
        Assert.IsTrue(Moves(Inputs(correction)).All(moves => moves));
    }

    [TestMethod]
    public void TheStencilGoesRoundATorus()
    {
        var torus = new Torus(4, 6);
        var correction = new StencilCorrection(StateLayout.On(torus), new StencilCorrection.Options { Reach = 1, Width = 8 });
        Assert.AreEqual(9, correction.WeightDefinitions[0].Shape[1]);
        var inputs = NetworkExamples.Weights(correction.WeightDefinitions).With("state", Operand.Gaussian(3, 2, 24) with { SymbolicAxis = 0 });
        var (formula, from) = (new CorrectionFormula(correction), torus.Shifted(1, -2));
        Operand Turn(Operand a) => a with { Values = [.. a.Values.Select((_, i) => a.Values[(i / 24 * 24) + from[i % 24]])] };
        Agree.Within(1e-12, Turn(Interpret.OnBuffers<double>(formula, inputs)),
            Interpret.OnBuffers<double>(formula, inputs.With("state", Turn(inputs["state"]))), "turned");
        Agree.OverAlgebras(1e-4, formula, inputs);
        Assert.Contains("got x: points of 2",
            Assert.ThrowsExactly<ArgumentException>(() => new StencilCorrection(StateLayout.On(new Points([[0], [1]])), new() { Reach = 1 })).Message);
    }

    [TestMethod]
    public void TheStencilTakesZeroBeyondWalls()
    {
        // The same as on a torus whose rows and columns beyond the walls hold 0.
        var (plane, torus) = (new Plane(4, 5), new Torus(6, 7));
        var options = new StencilCorrection.Options { Reach = 1, Width = 8 };
        StencilCorrection Of(Grid grid) => new(new StateLayout([new("u", grid), new("v", grid)]), options);
        var weights = NetworkExamples.Weights(Of(plane).WeightDefinitions);
        var state = Operand.Gaussian(3, 2, 40) with { SymbolicAxis = 0 };
        int At(int i) => (i / 20 * 42) + (((i % 20 / 5) + 1) * 7) + (i % 5) + 1;
        var around = new double[2 * 84];
        for (var i = 0; i < 80; i++)
        {
            around[At(i)] = state.Values[i];
        }

        var inputs = weights.With("state", state);
        var within = Interpret.OnBuffers<double>(new CorrectionFormula(Of(plane)), inputs);
        var whole = Interpret.OnBuffers<double>(new CorrectionFormula(Of(torus)), weights.With("state", new Operand(around, 2, 84)));
        Agree.Within(1e-12, [.. Enumerable.Range(0, 80).Select(i => whole.Values[At(i)])], within.Values, "within the walls");
        Agree.OverAlgebras(1e-4, new CorrectionFormula(Of(plane)), inputs);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void TheStencilTakesFieldsOnOneGridAsChannels(int axes)
    {
        Grid grid = axes == 1 ? new Ring(6) : new Torus(4, 5);
        var (size, from) = (grid.Size, axes == 1 ? grid.Shifted(-2) : grid.Shifted(1, -2));
        var correction = new StencilCorrection(new([new("u", grid), new("v", grid)]), new StencilCorrection.Options { Reach = 1, Width = 8 });
        Assert.AreEqual(axes == 1 ? 6 : 18, correction.WeightDefinitions[0].Shape[1], "the neighbours' values of both fields");
        var inputs = NetworkExamples.Weights(correction.WeightDefinitions).With("state", Operand.Gaussian(3, 2, 2 * size) with { SymbolicAxis = 0 });
        var formula = new CorrectionFormula(correction);
        Operand Turn(Operand a) => a with { Values = [.. a.Values.Select((_, i) => a.Values[(i / size * size) + from[i % size]])] };
        var missing = Interpret.OnBuffers<double>(formula, inputs);
        CollectionAssert.AreEqual(new[] { 2, 2 * size }, missing.Shape);
        Agree.Within(1e-12, Turn(missing), Interpret.OnBuffers<double>(formula, inputs.With("state", Turn(inputs["state"]))), "turned");
        Agree.OverAlgebras(1e-4, formula, inputs);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EveryLayoutIsServedOrRefused(string name)
    {
        var system = new Lorenz63(new Lorenz63.Options());
        if (name == "stencil")
        {
            Assert.Contains("one ring, line, torus or plane of more than 5 sites",
                Assert.Throws<ArgumentException>(() => Correction.Catalog.Create(new Component(name), system.Layout)).Message);
            return;
        }

        var correction = Correction.Catalog.Create(new Component(name), system.Layout);
        var inputs = NetworkExamples.Weights(correction.WeightDefinitions).With("state", ModerateStates.Of(system, 2));
        var formula = new CorrectionFormula(correction);
        CollectionAssert.AreEqual(new[] { 2, 3 }, Interpret.OnBuffers<double>(formula, inputs).Shape);
        Agree.OverAlgebras(1e-3, formula, inputs);
    }

    private static Correction Make(string name) => Correction.Catalog.Create(new Component(name), System.Layout);

    private static Dictionary<string, Operand> Inputs(Correction correction, int batch = 3) =>
        NetworkExamples.Weights(correction.WeightDefinitions).With("state", ModerateStates.Of(System, batch)).With("F", Operand.Scalar(8));
}
